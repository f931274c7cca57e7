import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSession } from "../api/session";
import { Button, Dialog, Field, Problem, Select, TextArea, Tick } from "../parts";
import { useWords } from "../words";
import { annotation } from "./asking";
import { words } from "./words";

/** Make a project of marking. A single user needs no second opinion and no course; a team has both unless it says no. */
export function NewProject({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const queries = useQueryClient();
  const team = useSession().data?.accounts ?? true;
  const [asked, ask] = useState({
    name: "",
    dataset: "CCT" as "XRY" | "CCT" | "PCT",
    include: "",
    first_pass: team,
    two: team,
    training_needed: team,
    most: "",
  });
  const make = useMutation({
    mutationFn: () =>
      annotation.makeProject({
        name: asked.name.trim(),
        dataset: asked.dataset,
        include: asked.include
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean),
        first_pass: asked.first_pass,
        opinions: asked.two ? 2 : 0,
        training_needed: asked.training_needed,
        ...(asked.most ? { most: Number(asked.most) } : {}),
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["annotation"] });
      onClose();
    },
  });
  return (
    <Dialog
      title={t.newProject}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.close}</Button>
          <Button kind="primary" busy={make.isPending} disabled={!asked.name.trim()} onClick={() => make.mutate()}>
            {t.make}
          </Button>
        </>
      }
    >
      <Problem of={make.error} />
      <Field
        label={t.name}
        value={asked.name}
        maxLength={100}
        onChange={(event) => ask({ ...asked, name: event.target.value })}
      />
      <Select
        label={t.dataset}
        value={asked.dataset}
        choices={(["XRY", "CCT", "PCT"] as const).map((value) => ({ value, text: value }))}
        onChoose={(dataset) => ask({ ...asked, dataset })}
      />
      <TextArea
        label={t.include}
        hint={t.includeHint}
        rows={2}
        value={asked.include}
        onChange={(event) => ask({ ...asked, include: event.target.value })}
      />
      <Tick label={t.firstPass} checked={asked.first_pass} onTick={(first_pass) => ask({ ...asked, first_pass })} />
      <Tick label={t.opinionsTwo} checked={asked.two} onTick={(two) => ask({ ...asked, two })} />
      <Tick
        label={t.trainingNeeded}
        checked={asked.training_needed}
        onTick={(training_needed) => ask({ ...asked, training_needed })}
      />
      <Field
        label={t.most}
        type="number"
        min={1}
        value={asked.most}
        onChange={(event) => ask({ ...asked, most: event.target.value })}
      />
    </Dialog>
  );
}
