import { type ReactNode, useId } from "react";
import { useWords } from "../words";
import style from "./studies.module.css";
import { words } from "./words";

export type Standing = "done" | "look" | "waiting";

interface Properties {
  name: string;
  standing: Standing;
  /** The step in one sentence, shown while it is folded. */
  sentence: ReactNode;
  open: boolean;
  canOpen: boolean;
  onToggle: () => void;
  children: ReactNode;
}

const SIGNS: Record<Standing, string> = { done: "✓", look: "!", waiting: "" };

/** One step of a study: a sentence when done, open again by a click. */
export function Step({ name, standing, sentence, open, canOpen, onToggle, children }: Properties) {
  const t = useWords(words);
  const id = useId();
  return (
    <li className={style.step} data-step={name} data-standing={standing} data-open={open || undefined}>
      <h2 className={style.heading}>
        <button
          type="button"
          className={style.fold}
          aria-expanded={open}
          aria-controls={id}
          disabled={!canOpen}
          onClick={onToggle}
        >
          <span className={style.sign} aria-hidden="true">
            {SIGNS[standing]}
          </span>
          <span className={style.name}>{name}</span>
          <span className="unseen">{t[standing]}</span>
          {!open && <span className={style.said}>{sentence}</span>}
        </button>
      </h2>
      <div id={id} className={style.inside} hidden={!open}>
        {open && children}
      </div>
    </li>
  );
}
