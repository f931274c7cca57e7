import { useState } from "react";
import { answer, api } from "../../api/client";
import { Button, FileDrop, Guess, Notice, Problem, Sentence, Skeleton } from "../../parts";
import { useWords } from "../../words";
import style from "../studies.module.css";
import { type Edit, type Hand, type TableShown, useLook } from "../study";
import { bringTable } from "../uploading";
import { words } from "../words";
import { ColumnsShown } from "./ColumnsShown";

const readTable = (slug: string, name: string) =>
  answer(api.GET("/api/studies/{slug}/tables/{name}", { params: { path: { slug, name } } }));

/** The spreadsheet: its columns, and which one names the patient. */
export function TableStep({ hand, next }: { hand: Hand; next: () => void }) {
  const t = useWords(words);
  const slug = hand.study.slug;
  const cohort = hand.data.cohort;
  const [waiting, setWaiting] = useState<TableShown | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [again, setAgain] = useState(false);

  const write = async (shown: TableShown, guess: { patient: string; case: string; image: string; pattern: string }) => {
    const edits: Edit[] = [
      { at: ["cohort", "table"], value: shown.name },
      { at: ["cohort", "patient"], value: guess.patient || null },
      { at: ["cohort", "case"], value: guess.case || null },
      { at: ["cohort", "image"], value: guess.image || null },
    ];
    if (guess.pattern) edits.push({ at: ["cohort", "patient_pattern"], value: guess.pattern });
    else if (cohort?.patient_pattern) edits.push({ at: ["cohort", "patient_pattern"] });
    if (await hand.change(edits)) {
      setWaiting(null);
      setAgain(false);
    }
  };
  const bring = async (files: { file: File }[]) => {
    const file = files[0]?.file;
    if (!file) return;
    setBusy(true);
    setProblem(null);
    try {
      const name = await bringTable(slug, file);
      const study = await answer(api.GET("/api/studies/{slug}", { params: { path: { slug } } }));
      hand.adopt(study);
      const shown = await readTable(slug, name);
      if (shown.patient && (shown.patient.patient || shown.patient.image || shown.patient.case))
        await write(shown, shown.patient);
      else setWaiting(shown);
    } catch (raised) {
      setProblem(raised);
    }
    setBusy(false);
  };
  return (
    <>
      {(!cohort?.table || again) && hand.canChange && (
        <FileDrop
          label={t.dropTable}
          hint={t.dropTableHint}
          accept=".xlsx,.csv,.tsv,.txt,.parquet"
          disabled={busy}
          onFiles={(files) => void bring(files)}
        />
      )}
      <Problem of={problem} />
      {waiting && (
        <Notice kind="warning">
          {t.couldNotTell}{" "}
          <Guess
            label={t.patientIn}
            value=""
            choices={[
              { value: "", text: t.choose },
              ...waiting.columns.map(({ name }) => ({ value: name, text: name })),
            ]}
            onChoose={(patient) => void write(waiting, { patient, case: "", image: "", pattern: "" })}
          />
        </Notice>
      )}
      {waiting && <ColumnsShown shown={waiting} />}
      {!waiting && cohort?.table && <Mapped hand={hand} name={cohort.table} />}
      {hand.canChange && (
        <div className={style.row}>
          {!cohort?.table && cohort?.images && cohort.images !== "archive" && (
            <Button onClick={next}>{t.withoutTable}</Button>
          )}
          {cohort?.table && (
            <Button kind="primary" onClick={next}>
              {t.close}
            </Button>
          )}
          {cohort?.table && !again && (
            <Button kind="quiet" onClick={() => setAgain(true)}>
              {t.anotherTable}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function Mapped({ hand, name }: { hand: Hand; name: string }) {
  const t = useWords(words);
  const look = useLook(hand.study.slug, ["table", name], () => readTable(hand.study.slug, name));
  if (look.isLoading) return <Skeleton lines={5} />;
  if (!look.data) return <Problem of={look.error} onRetry={() => void look.refetch()} />;
  const shown = look.data;
  const cohort = hand.data.cohort ?? {};
  const guess = shown.patient;
  const why =
    guess && guess.patient === cohort.patient ? t[`why_${guess.why as "archive"}`](Math.round(guess.share * 100)) : "";
  const columns = shown.columns.map((column) => ({ value: column.name, text: column.name }));
  const choose = (key: "patient" | "image" | "case", text: string) => (
    <>
      {text}{" "}
      <Guess
        label={text}
        value={cohort[key] ?? ""}
        disabled={!hand.canChange}
        choices={[{ value: "", text: t.noColumn }, ...columns]}
        onChoose={(value) => void hand.change([{ at: ["cohort", key], value: value || null }])}
      />
    </>
  );
  return (
    <>
      <Sentence>
        {shown.source}: {t.rowsAndColumns(shown.rows, shown.columns.length)}. {choose("patient", t.patientIn)}
        {why && <span className={style.soft}> ({why})</span>}.{" "}
        {cohort.images && cohort.images !== "archive" && <>{choose("image", t.imageIn)}. </>}
        {cohort.images === "archive" && <>{choose("case", t.caseIn)}. </>}
      </Sentence>
      {guess?.zeros && <Notice kind="warning">{t.zerosCut}</Notice>}
      {shown.made.length > 0 && (
        <p className={style.soft}>
          {t.madeColumns} {shown.made.join("; ")}
        </p>
      )}
      <ColumnsShown shown={shown} />
    </>
  );
}
