import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "../api/client";
import { Button, Field, Problem, Select } from "../parts";
import { useWords } from "../words";
import { PEERS, type Peer } from "./asking";
import style from "./Pacs.module.css";
import { words } from "./words";

const NEW = { name: "", ae_title: "", host: "", port: 104, retrieve: "move" as "move" | "get", url: "" };

/** How a peer is reached. */
export function PeerForm({ peer, onDone }: { peer?: Peer; onDone: () => void }) {
  const t = useWords(words);
  const client = useQueryClient();
  const [facts, setFacts] = useState({ ...NEW, ...peer });
  const save = useMutation({
    mutationFn: () => {
      const { name, ae_title, host, port, retrieve, url } = facts;
      const body = { ae_title, host, port, retrieve, url };
      return answer(api.PUT("/api/pacs/peers/{name}", { params: { path: { name } }, body }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: PEERS });
      onDone();
    },
  });
  const text = (key: "name" | "ae_title" | "host" | "url") => ({
    value: facts[key],
    onChange: (event: { target: { value: string } }) => setFacts({ ...facts, [key]: event.target.value }),
  });
  return (
    <form
      className={style.form}
      aria-label={peer ? t.changeOf(peer.name) : t.add}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Field
        label={t.name}
        hint={t.nameHint}
        required
        pattern="[A-Za-z][A-Za-z0-9_\-]{0,39}"
        readOnly={peer !== undefined}
        {...text("name")}
      />
      <Field label={t.aeTitle} maxLength={16} required={!facts.url} {...text("ae_title")} />
      <Field label={t.host} maxLength={253} required={!facts.url} {...text("host")} />
      <Field
        label={t.port}
        type="number"
        min={1}
        max={65535}
        value={facts.port}
        onChange={(event) => setFacts({ ...facts, port: Number(event.target.value) })}
      />
      <Select
        label={t.retrieve}
        value={facts.retrieve}
        choices={[
          { value: "move", text: t.retrieveMove },
          { value: "get", text: t.retrieveGet },
        ]}
        onChoose={(retrieve) => setFacts({ ...facts, retrieve })}
      />
      <Field label={t.url} type="url" maxLength={1000} {...text("url")} />
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
