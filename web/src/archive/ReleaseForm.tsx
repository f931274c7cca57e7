import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button, Confirm, count, day, Field, FileDrop, Notice, Problem } from "../parts";
import { useWords } from "../words";
import style from "./Archive.module.css";
import { words } from "./releaseWords";
import {
  type Asked,
  lookAtRelease,
  makeRelease,
  NO_TERMS,
  type PackageRow,
  type ReleaseLook,
  type Terms,
} from "./releasing";

type Told = (typeof words)["en"];
const TABLES = ".csv,.tsv,.txt,.xlsx,.xlsm";

/** A release: its terms, what leaves, a look at it, and the word of the person who makes it. */
export function ReleaseForm({ onBegun, onClose }: { onBegun: (row: PackageRow) => void; onClose: () => void }) {
  const t = useWords(words);
  const [asked, setAsked] = useState<Asked>({ terms: NO_TERMS, choice: null, facts: null });
  const [sure, ask] = useState(false);
  const look = useMutation({ mutationFn: lookAtRelease });
  const make = useMutation({ mutationFn: makeRelease, onSuccess: onBegun, onSettled: () => ask(false) });
  // What was looked at is what is made: after every change one looks again.
  const change = (next: Partial<Asked>) => {
    look.reset();
    make.reset();
    setAsked({ ...asked, ...next });
  };
  const changeTerms = (next: Partial<Terms>) => change({ terms: { ...asked.terms, ...next } });
  const text = (name: keyof Terms) => ({
    value: asked.terms[name],
    maxLength: 300,
    required: true,
    onChange: (event: { target: { value: string } }) => changeTerms({ [name]: event.target.value }),
  });
  return (
    <form
      className={style.form}
      aria-label={t.openRelease}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        look.mutate(asked);
      }}
    >
      <Field label={t.recipient} hint={t.recipientHint} {...text("recipient")} />
      <Field label={t.purpose} hint={t.purposeHint} {...text("purpose")} />
      <Field label={t.approval} hint={t.approvalHint} {...text("approval")} />
      <Field label={t.committee} {...text("committee")} />
      <Field label={t.expires} hint={t.expiresHint} {...text("expires")} type="date" />
      <div className={style.whole}>
        <Table label={t.choice} hint={t.choiceHint} file={asked.choice} onFile={(choice) => change({ choice })} />
        <Table label={t.facts} hint={t.factsHint} file={asked.facts} onFile={(facts) => change({ facts })} />
        <Problem of={look.error} />
        {look.data && <Looked look={look.data} />}
        {look.data && look.data.lacking > 0 && (
          <Field
            label={t.reason}
            hint={t.reasonHint}
            maxLength={300}
            value={asked.terms.reason}
            onChange={(event) => setAsked({ ...asked, terms: { ...asked.terms, reason: event.target.value } })}
          />
        )}
        <Problem of={make.error} />
        <div className={style.actions}>
          {look.data ? (
            <Button
              kind="primary"
              busy={make.isPending}
              disabled={look.data.lacking > 0 && !asked.terms.reason.trim()}
              onClick={() => ask(true)}
            >
              {t.makeRelease}
            </Button>
          ) : (
            <Button kind="primary" type="submit" busy={look.isPending}>
              {t.look}
            </Button>
          )}
          <Button kind="quiet" onClick={onClose}>
            {t.close}
          </Button>
        </div>
      </div>
      {sure && look.data && (
        <Confirm
          title={t.sureTitle(asked.terms.recipient)}
          yes={t.makeRelease}
          busy={make.isPending}
          onYes={() => make.mutate(asked)}
          onNo={() => ask(false)}
        >
          <p>{leaves(t, look.data)}</p>
          <p>{t.sureAbout(asked.terms.approval, day(look.data.expires))}</p>
        </Confirm>
      )}
    </form>
  );
}

const leaves = (t: Told, look: ReleaseLook): string =>
  (look.everything ? t.everything : t.part)(count(look.images), count(look.patients));

function Looked({ look }: { look: ReleaseLook }) {
  const t = useWords(words);
  return (
    <>
      <Notice kind="information" title={leaves(t, look)}>
        {t.until(day(look.expires), look.days_left)}
        {look.releases_before > 0 && ` ${t.before(look.releases_before)}`}
      </Notice>
      {look.lacking > 0 && (
        <Notice kind="warning" title={t.lacking(look.lacking)}>
          <ul className={style.lacking}>
            {look.lacking_proofs.map((one) => (
              <li key={one.patient}>{`${one.patient}: ${one.why}`}</li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}

interface TableProperties {
  label: string;
  hint: string;
  file: File | null;
  onFile: (file: File | null) => void;
}

function Table({ label, hint, file, onFile }: TableProperties) {
  const t = useWords(words);
  if (file)
    return (
      <p>
        {t.given(label, file.name)}{" "}
        <Button kind="quiet" onClick={() => onFile(null)}>
          {t.takeAway}
        </Button>
      </p>
    );
  return <FileDrop label={label} hint={hint} accept={TABLES} onFiles={([first]) => first && onFile(first.file)} />;
}
