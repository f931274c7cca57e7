import { useState } from "react";
import { answer, api } from "../../api/client";
import { Button, type DroppedFile, FileDrop, Field as Line, Problem, Progress, Select, Tick } from "../../parts";
import { useWords } from "../../words";
import type { Hand } from "../study";
import { bringPictures, bringTable, isPicture } from "../uploading";
import { type ColumnShown, useOffers, useTableColumns } from "./offers";
import type { Asked } from "./Setting";
import { Together } from "./Several";
import style from "./settings.module.css";
import { useHoped, useTrying } from "./trying";
import { typed, valueAt } from "./values";
import { words } from "./words";

interface Bringing {
  hand: Hand;
  label: string;
  onBrought: (name: string) => void;
}

/** A place to drop a table that shall lie beside the study. */
function TableDrop({ hand, label, onBrought }: Bringing) {
  const [problem, setProblem] = useState<unknown>(null);
  const { slug } = hand.study;
  const bring = async (file: File | undefined) => {
    if (!file) return;
    setProblem(null);
    try {
      const name = await bringTable(slug, file);
      hand.adopt(await answer(api.GET("/api/studies/{slug}", { params: { path: { slug } } })));
      onBrought(name);
    } catch (raised) {
      setProblem(raised);
    }
  };
  return (
    <>
      <FileDrop label={label} accept=".csv,.tsv,.txt,.xlsx,.parquet" onFiles={(files) => void bring(files[0]?.file)} />
      <Problem of={problem} />
    </>
  );
}

/** A table beside the study, such as that of the lesions. */
export function BesideTable({ hand, field, place }: Asked) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const tables = useOffers(hand)?.tables ?? [];
  const [now, keep] = useHoped(typed(valueAt(hand.study.data, place)), (name) =>
    save([{ at: place, value: name || null }]),
  );
  const all = now === "" || tables.includes(now) ? tables : [now, ...tables];
  const write = (name: string) => void keep(name);
  return (
    <Together label={t[field.label]} help={t[field.help]} sentence={sentence}>
      <Select
        label={t[field.label]}
        unlabelled
        value={now}
        disabled={!hand.canChange}
        choices={[{ value: "", text: t.decided }, ...all.map((name) => ({ value: name, text: name }))]}
        onChoose={write}
      />
      {hand.canChange && <TableDrop hand={hand} label={t.bringTable} onBrought={write} />}
    </Together>
  );
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "");

/** The column of a second table that stands for one of the first: of the same name, or nearly so, or the patient's. */
function likely(column: string, second: readonly ColumnShown[], isPatient: boolean): string {
  const same = second.find(({ name }) => name === column) ?? second.find(({ name }) => plain(name) === plain(column));
  return (same ?? (isPatient ? second.find(({ role }) => role === "patient") : undefined))?.name ?? "";
}

/** A second table with its images, as a cohort that is only tested. */
export function SecondTable({ hand, onJoined }: { hand: Hand; onJoined: () => void }) {
  const t = useWords(words);
  const offers = useOffers(hand);
  const { slug, tag } = hand.study;
  const cohort = hand.data.cohort ?? {};
  const [table, setTable] = useState("");
  const [name, setName] = useState("");
  const [given, setGiven] = useState<Record<string, string>>({});
  const [apart, setApart] = useState(false);
  const [below, setBelow] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const second = useTableColumns(hand, table);
  const needed = offers?.needed ?? [];
  const columns = Object.fromEntries(
    needed.map((column) => [column, given[column] ?? likely(column, second, column === cohort.patient)]),
  );
  const whole = second.length > 0 && needed.every((column) => columns[column]) && name.trim() !== "";
  const tables = (offers?.tables ?? []).filter((each) => each !== cohort.table);
  const join = async () => {
    setProblem(null);
    const body = { tag, name: name.trim(), table, columns, below, apart };
    try {
      hand.adopt(await answer(api.PUT("/api/studies/{slug}/external", { params: { path: { slug } }, body })));
      onJoined();
    } catch (raised) {
      setProblem(raised);
    }
  };
  return (
    <div className={style.list}>
      <Line label={t.externalName} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
      {tables.length > 0 && (
        <Select
          label={t.secondTable}
          value={table}
          choices={[{ value: "", text: t.choose }, ...tables.map((each) => ({ value: each, text: each }))]}
          onChoose={setTable}
        />
      )}
      <TableDrop hand={hand} label={t.secondDrop} onBrought={setTable} />
      {second.length > 0 && (
        <>
          <div className={style.fields}>
            {needed.map((column) => (
              <Select
                key={column}
                label={t.secondColumn(column)}
                value={columns[column] ?? ""}
                choices={[
                  { value: "", text: t.choose },
                  ...second.map((each) => ({ value: each.name, text: each.name })),
                ]}
                onChoose={(value) => setGiven({ ...given, [column]: value })}
              />
            ))}
          </div>
          <SecondImages hand={hand} onBelow={setBelow} />
          {cohort.images !== "archive" && (
            <div className={style.set}>
              <Tick label={t.apart} checked={apart} onTick={setApart} />
              <small className={style.help}>{t.apart_help}</small>
            </div>
          )}
          <div>
            <Button disabled={!whole} busy={hand.saving} onClick={() => void join()}>
              {t.joinTable}
            </Button>
          </div>
        </>
      )}
      <Problem of={problem} />
    </div>
  );
}

/** The images of a second table: the archive's, those of the same folder, or brought beside the first ones. */
function SecondImages({ hand, onBelow }: { hand: Hand; onBelow: (folder: string) => void }) {
  const t = useWords(words);
  const images = hand.data.cohort?.images;
  const [sent, setSent] = useState<{ done: number; all: number } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  if (!images) return null;
  if (images === "archive") return <small className={style.help}>{t.secondImagesArchive}</small>;
  if (!/^images[a-z0-9-]*$/.test(images)) return <small className={style.help}>{t.secondImagesFolder}</small>;
  const upload = async (files: DroppedFile[]) => {
    const pictures = files.filter(isPicture);
    const below = `external-${Date.now().toString(36)}`;
    setProblem(null);
    try {
      await bringPictures(hand.study.slug, images, pictures, (done) => setSent({ done, all: pictures.length }), below);
      onBelow(below);
    } catch (raised) {
      setProblem(raised);
    }
  };
  return (
    <>
      <FileDrop label={t.secondImagesDrop} folder multiple onFiles={(files) => void upload(files)} />
      {sent && sent.done < sent.all && (
        <Progress label={t.secondUploaded(sent.done)} done={sent.all ? sent.done / sent.all : null} />
      )}
      {sent && sent.done >= sent.all && <small role="status">{t.secondUploaded(sent.done)}</small>}
      <Problem of={problem} />
    </>
  );
}
