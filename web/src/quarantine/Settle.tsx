import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { Button, count, Dialog, Field, Notice, Problem, Progress } from "../parts";
import { useWords } from "../words";
import type { Decision, Entry } from "./asking";
import { batches } from "./choosing";
import style from "./Quarantine.module.css";
import { words } from "./words";

const AT_A_TIME = 5;

interface Properties {
  entries: readonly Entry[];
  decision: Decision;
  onNo: () => void;
  onDone: (told: string) => void;
}

interface Outcome {
  done: number;
  refused: { entry: string; sentence: string }[];
}

/** Says what will happen to several files, asks why, and does it one after the other. */
export function Settle({ entries, decision, onNo, onDone }: Properties) {
  const t = useWords(words);
  const client = useQueryClient();
  const [why, setWhy] = useState("");
  const [at, setAt] = useState(0);
  const settle = useMutation({
    mutationFn: async (): Promise<Outcome> => {
      const outcome: Outcome = { done: 0, refused: [] };
      for (const batch of batches(entries, AT_A_TIME)) {
        const body = { entries: batch.map((one) => one.id), decision, why, confirmed: true as const };
        const found = await answer(api.POST("/api/quarantine/settle", { body }));
        outcome.done += found.done.length;
        outcome.refused.push(...found.refused);
        setAt((before) => before + batch.length);
      }
      return outcome;
    },
    onSettled: () => {
      for (const key of ["quarantine", "archive"]) void client.invalidateQueries({ queryKey: [key] });
    },
    onSuccess: (outcome) => {
      if (outcome.refused.length === 0) onDone(t.settled(count(outcome.done)));
    },
  });
  const n = count(entries.length);
  const boxes = entries.reduce((sum, one) => sum + one.boxes.length, 0);
  const told = {
    release_blanked: { title: t.blankTitle(n), about: t.blankAbout(count(boxes)), yes: t.severalBlanked(n) },
    release_as_is: { title: t.asIsTitle(n), about: t.asIsAbout, yes: t.severalAsIs(n) },
    reject: { title: t.rejectSeveralTitle(n), about: t.rejectSeveralAbout, yes: t.severalReject(n) },
  }[decision];
  const refused = settle.data?.refused ?? [];
  if (refused.length > 0)
    return (
      <Dialog
        title={t.someRefused(count(refused.length))}
        onClose={() => onDone(t.settled(count(settle.data?.done ?? 0)))}
      >
        <ul className={style.refused}>
          {refused.map((one) => (
            <li key={one.entry}>{`${one.entry}: ${one.sentence}`}</li>
          ))}
        </ul>
      </Dialog>
    );
  const actions = (
    <>
      <Button disabled={settle.isPending} onClick={onNo}>
        {t.cancel}
      </Button>
      <Button
        kind={decision === "reject" ? "danger" : "primary"}
        busy={settle.isPending}
        onClick={() => settle.mutate()}
      >
        {told.yes}
      </Button>
    </>
  );
  return (
    <Dialog title={told.title} onClose={settle.isPending ? () => onDone("") : onNo} actions={actions}>
      <p>{told.about}</p>
      <Notice>{t.eachRecorded}</Notice>
      <Field
        label={t.why}
        hint={t.whyHint}
        maxLength={300}
        value={why}
        onChange={(event) => setWhy(event.target.value)}
      />
      {settle.isPending && <Progress label={t.settling} done={at / entries.length} left="" />}
      <Problem of={settle.error} />
    </Dialog>
  );
}
