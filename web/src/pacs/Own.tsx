import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "../api/client";
import { Button, Field, Problem } from "../parts";
import { useWords } from "../words";
import { PEERS } from "./asking";
import style from "./Pacs.module.css";
import { words } from "./words";

interface Properties {
  aeTitle: string;
  port: number;
  onDone: () => void;
}

/** Who we are to every PACS: our AE title, and the port where images come in. */
export function Own({ aeTitle, port, onDone }: Properties) {
  const t = useWords(words);
  const client = useQueryClient();
  const [facts, setFacts] = useState({ ae_title: aeTitle, port });
  const save = useMutation({
    mutationFn: () => answer(api.PUT("/api/pacs/own", { body: facts })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: PEERS });
      onDone();
    },
  });
  return (
    <form
      className={style.form}
      aria-label={t.own}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Field
        label={t.ownTitle}
        hint={t.ownTitleHint}
        required
        maxLength={16}
        value={facts.ae_title}
        onChange={(event) => setFacts({ ...facts, ae_title: event.target.value })}
      />
      <Field
        label={t.ownPort}
        hint={t.ownPortHint}
        type="number"
        required
        min={1}
        max={65535}
        value={facts.port}
        onChange={(event) => setFacts({ ...facts, port: Number(event.target.value) })}
      />
      <div className={style.whole}>
        <Problem of={save.error} />
        <div className={style.actions}>
          <Button kind="primary" type="submit" busy={save.isPending}>
            {t.save}
          </Button>
          <Button kind="quiet" onClick={onDone}>
            {t.close}
          </Button>
        </div>
      </div>
    </form>
  );
}
