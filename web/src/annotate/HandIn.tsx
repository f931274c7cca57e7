import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { ApiProblem } from "../api/problem";
import { Button, Dialog, Told } from "../parts";
import { useWords } from "../words";
import { annotation } from "./asking";
import style from "./Case.module.css";
import type { Defect, Submitted } from "./marking";
import type { MarkingSession } from "./session";
import { words } from "./words";

interface Properties {
  session: MarkingSession;
  /** When the case was opened, in milliseconds since 1970. */
  began: number;
  onShow: (image: number) => void;
  onClose: () => void;
}

/** Hand the case in: check 1 says what is to be mended first; afterwards the next case opens, or the result is told. */
export function HandIn({ session, began, onShow, onClose }: Properties) {
  const t = useWords(words);
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ told: string } | { said: string } | null>(null);
  const [done, setDone] = useState<Submitted | null>(null);
  const [defects, setDefects] = useState<Defect[]>([]);
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => yes.current?.focus(), []);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    setDefects([]);
    try {
      if (!(await session.saving.flush())) return setProblem({ said: t.unsaved });
      const seconds = Math.round((Date.now() - began) / 1000);
      const answer = await annotation.submit(session.marking.marking, session.saving.revision, seconds);
      if (answer.state === "open") return setDefects(answer.defects);
      void queries.invalidateQueries({ queryKey: ["annotation"] });
      if (answer.training || answer.next === null) setDone(answer);
      else go(`/annotate/case/${answer.next}`);
    } catch (raised) {
      setDefects(defectsOf(raised));
      setProblem(raised instanceof ApiProblem && raised.sentence ? { told: raised.sentence } : { said: t.unsaved });
    } finally {
      setBusy(false);
    }
  };
  if (done) return <Done done={done} />;
  return (
    <Dialog
      title={t.handIn}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.close}</Button>
          <Button kind="primary" busy={busy} onClick={() => void submit()} ref={yes}>
            {t.handIn}
          </Button>
        </>
      }
    >
      <p>
        {t.lesions}: {session.state.marked.lesions.filter(({ deleted }) => !deleted).length}
      </p>
      {problem && (
        <p role="alert">
          {"told" in problem ? [t.handInFailed, " ", <Told key="told">{problem.told}</Told>] : problem.said}
        </p>
      )}
      {defects.length > 0 && (
        <section role="alert" aria-label={t.defects}>
          <h3>{t.defects}</h3>
          <ul className={style.list}>
            {defects.map((one) => (
              <li key={`${one.code} ${one.image} ${one.lesion}`} className={style.row}>
                <Told>{one.sentence}</Told>
                <Show defect={one} session={session} onShow={onShow} onClose={onClose} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}

/** Leads to the place of a defect, where it has one. */
function Show({ defect, session, onShow, onClose }: Omit<Properties, "began"> & { defect: Defect }) {
  const t = useWords(words);
  const { image, lesion } = defect;
  if (image === null && !lesion) return null;
  const show = (): void => {
    if (lesion) session.choose(lesion);
    if (image !== null) onShow(image);
    onClose();
  };
  return (
    <Button kind="quiet" onClick={show}>
      {t.show}
    </Button>
  );
}

function Done({ done }: { done: Submitted }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const { training, next } = done;
  const after = training ? "/annotate/training" : next === null ? "/annotate" : `/annotate/case/${next}`;
  return (
    <Dialog
      title={t.handedIn}
      onClose={() => go(training ? "/annotate/training" : "/annotate")}
      actions={
        <Button kind="primary" onClick={() => go(after)}>
          {training ? t.training : next === null ? t.toWorklist : t.nextCase}
        </Button>
      }
    >
      {training ? (
        <>
          <p>
            <strong>{training.passed ? t.passed : t.failed}</strong>
          </p>
          <p>{t.scored(training.share.toFixed(2), training.passing.toFixed(2))}</p>
          <p className={style.soft}>{t.rightOf(training.right, training.findings)}</p>
        </>
      ) : (
        t.allDone
      )}
    </Dialog>
  );
}

function defectsOf(raised: unknown): Defect[] {
  const body = raised instanceof ApiProblem ? (raised.body as { defects?: Defect[] } | null) : null;
  return Array.isArray(body?.defects) ? body.defects : [];
}
