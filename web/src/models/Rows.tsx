import { useState } from "react";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import { type Column, Picture, Problem, Select, Table, Told } from "../parts";
import { useWords } from "../words";
import { columnName, decisionText, imageName, type OneReading, pictureAt, printed, type ReadingShown } from "./asking";
import { OpenReading } from "./OpenReading";
import style from "./Reading.module.css";
import { words } from "./readingWords";

type Only = "" | "noticed" | "unread";
const AT_ONCE = 100;
const MOST_COLUMNS = 6;

interface Properties {
  shown: ReadingShown;
  names: ReadonlyMap<number, string> | undefined;
}

/** What the model said, one row an image or case; a row opens with its picture. */
export function Rows({ shown, names }: Properties) {
  const t = useWords(words);
  const [only, setOnly] = useState<Only>("");
  const [open, setOpen] = useState<number | null>(null);
  const id = shown.reading.id;
  const list = usePaged<OneReading, number>(["readings", id, "rows", only], (after) => {
    const query = { after: after ?? 0, limit: AT_ONCE, only };
    return answer(api.GET("/api/readings/{reading}/rows", { params: { path: { reading: id }, query } }));
  });
  const { rows } = list.table;
  const place = rows.findIndex((row) => row.images[0] === open);
  const row = rows[place];
  const go = (step: number) => setOpen(rows[place + step]?.images[0] ?? open);
  const choices = [
    { value: "" as Only, text: t.all },
    { value: "noticed" as Only, text: t.onlyNoticed },
    { value: "unread" as Only, text: t.onlyUnread },
  ];
  return (
    <>
      <Problem of={list.error} onRetry={() => void list.refetch()} />
      <Table
        {...list.table}
        label={t.rows}
        columns={useColumns(shown, names)}
        rowKey={(each) => each.images[0] ?? 0}
        onOpen={(each) => setOpen(each.images[0] ?? null)}
        openKey={open}
        actions={<Select label={t.show} choices={choices} value={only} onChoose={setOnly} />}
      />
      {row && (
        <OpenReading
          shown={shown}
          row={row}
          names={names}
          onClose={() => setOpen(null)}
          onPrevious={place > 0 ? () => go(-1) : undefined}
          onNext={place < rows.length - 1 ? () => go(1) : undefined}
        />
      )}
    </>
  );
}

function useColumns(shown: ReadingShown, names: Properties["names"]): Column<OneReading>[] {
  const t = useWords(words);
  const id = shown.reading.id;
  return [
    {
      key: "picture",
      header: t.picture,
      width: "5rem",
      cell: (row) =>
        row.pictures[0] === undefined ? (
          "—"
        ) : (
          <span className={style.thumbnail}>
            <Picture src={pictureAt(id, row.pictures[0])} alt={t.pictureOf(row.pictures[0])} />
          </span>
        ),
    },
    { key: "image", header: t.image, width: "9rem", cell: (row) => imageName(t, row, names) },
    ...shown.columns.slice(0, MOST_COLUMNS).map((column) => ({
      key: column,
      header: columnName(t, shown, column),
      width: "8rem",
      number: true,
      cell: (row: OneReading) => printed(row.values?.[column]),
    })),
    {
      key: "decision",
      header: t.decision,
      width: "11rem",
      cell: (row) => (row.values ? decisionText(t, row) : <span className={style.unread}>{t.notRead}</span>),
    },
    {
      key: "notices",
      header: t.notices,
      width: "minmax(14rem, 1fr)",
      cell: (row) => {
        const told = [...row.notices, row.reason].filter(Boolean).join("; ");
        return told && <Told>{told}</Told>;
      },
    },
  ];
}
