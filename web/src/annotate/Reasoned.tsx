import { useState } from "react";
import { Button, Dialog, Problem, TextArea } from "../parts";
import { useWords } from "../words";
import { words } from "./words";

interface Properties {
  title: string;
  /** What follows, and what the way back is. */
  about: string;
  onSay: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

const LEAST = 3;

/** Asks why, before something that was settled is opened or taken away; the reason stays in the history. */
export function Reasoned({ title, about, onSay, onClose }: Properties) {
  const t = useWords(words);
  const [reason, write] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const say = async (): Promise<void> => {
    setBusy(true);
    try {
      await onSay(reason.trim());
      onClose();
    } catch (raised) {
      setProblem(raised);
    } finally {
      setBusy(false);
    }
  };
  const actions = (
    <>
      <Button onClick={onClose}>{t.close}</Button>
      <Button kind="primary" busy={busy} disabled={reason.trim().length < LEAST} onClick={() => void say()}>
        {title}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} actions={actions}>
      <p>{about}</p>
      <Problem of={problem} />
      <TextArea
        label={t.reason}
        hint={t.reasonHint}
        rows={3}
        maxLength={1000}
        value={reason}
        onChange={(event) => write(event.target.value)}
      />
    </Dialog>
  );
}
