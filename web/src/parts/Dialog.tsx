import { type ReactNode, useEffect, useId, useRef } from "react";
import { useWords } from "../words";
import { Button } from "./Button";
import style from "./Dialog.module.css";
import { words } from "./words";

interface Properties {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** The buttons at the foot; without them the dialog has one that closes it. */
  actions?: ReactNode;
  wide?: boolean;
}

/** A question or a short task that comes first; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children, actions, wide }: Properties) {
  const t = useWords(words);
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    if (element.current && !element.current.open) element.current.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={wide ? `${style.dialog} ${style.wide}` : style.dialog}
      aria-labelledby={id}
      onClose={onClose}
    >
      <h2 id={id}>{title}</h2>
      <div className={style.body}>{children}</div>
      <div className={style.actions}>{actions ?? <Button onClick={onClose}>{t.close}</Button>}</div>
    </dialog>
  );
}

interface Question {
  title: string;
  /** What will be gone, and what the way back is. */
  children: ReactNode;
  /** The word on the button that does it. */
  yes: string;
  busy?: boolean;
  onYes: () => void;
  onNo: () => void;
}

/** Asks before something is taken away. */
export function Confirm({ title, children, yes, busy = false, onYes, onNo }: Question) {
  const t = useWords(words);
  const actions = (
    <>
      <Button onClick={onNo}>{t.cancel}</Button>
      <Button kind="danger" busy={busy} onClick={onYes}>
        {yes}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onNo} actions={actions}>
      {children}
    </Dialog>
  );
}
