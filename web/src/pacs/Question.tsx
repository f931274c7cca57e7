import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { answer, api } from "../api/client";
import { useRights } from "../api/session";
import { Button, Field, Notice, Problem, Select } from "../parts";
import { useWords } from "../words";
import { Answers } from "./Answers";
import { usePeers } from "./asking";
import style from "./Pacs.module.css";
import { words } from "./words";

const NOTHING = {
  patient_id: "",
  patient_name: "",
  accession: "",
  date_from: "",
  date_to: "",
  modality: "",
  description: "",
};

/** A free question to a PACS: what it holds of a patient, a time, a kind. */
export function Question() {
  const t = useWords(words);
  const may = useRights();
  const peers = usePeers().data?.peers ?? [];
  const [chosen, choose] = useState("");
  const [facts, setFacts] = useState(NOTHING);
  const peer = peers.some(({ name }) => name === chosen) ? chosen : (peers[0]?.name ?? "");
  const ask = useMutation({
    mutationFn: () => answer(api.POST("/api/pacs/queries", { body: { ...facts, peer } })),
  });
  const text = (name: keyof typeof NOTHING) => ({
    value: facts[name],
    autoComplete: "off",
    onChange: (event: { target: { value: string } }) => setFacts({ ...facts, [name]: event.target.value }),
  });
  if (peers.length === 0) return null;
  const narrow = facts.patient_id || facts.patient_name || facts.accession || facts.date_from || facts.date_to;
  return (
    <section className={style.section}>
      <h2>{t.question}</h2>
      <p className={style.soft}>{may("see_identities") ? t.questionAbout : t.questionBlind}</p>
      <form
        className={style.form}
        aria-label={t.question}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <Select
          label={t.from}
          value={peer}
          choices={peers.map(({ name }) => ({ value: name, text: name }))}
          onChoose={choose}
        />
        {may("see_identities") && (
          <>
            <Field label={t.patientId} maxLength={64} {...text("patient_id")} />
            <Field label={t.patientName} hint={t.patientNameHint} maxLength={200} {...text("patient_name")} />
          </>
        )}
        <Field label={t.accession} maxLength={64} {...text("accession")} />
        <Field label={t.dateFrom} type="date" {...text("date_from")} />
        <Field label={t.dateTo} type="date" {...text("date_to")} />
        <Field label={t.modality} hint={t.modalityHint} maxLength={64} {...text("modality")} />
        <Field label={t.description} hint={t.descriptionHint} maxLength={200} {...text("description")} />
        <div className={style.whole}>
          {!narrow && <Notice>{t.narrow}</Notice>}
          <Problem of={ask.error} />
          <div className={style.actions}>
            <Button kind="primary" type="submit" busy={ask.isPending} disabled={!narrow}>
              {t.askPacs}
            </Button>
          </div>
        </div>
      </form>
      {ask.data && !ask.isPending && <Answers key={ask.data.id} first={ask.data} />}
    </section>
  );
}
