import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import { type Column, Notice, Problem, Table } from "../parts";
import { useWords } from "../words";
import type { ListRow } from "./asking";
import { words } from "./words";

/** The rows of a list, so that a person can check them; each look is recorded. */
export function ListRows({ id }: { id: string }) {
  const t = useWords(words);
  const path = { path: { kept: id } };
  const { table, error } = usePaged<ListRow, number>(["pacs", "rows", id], (after) =>
    answer(api.GET("/api/pacs/lists/{kept}/rows", { params: { ...path, query: after ? { after } : {} } })),
  );
  const columns: Column<ListRow>[] = [
    { key: "number", header: t.row, number: true, width: "4rem", cell: (row) => row.number },
    { key: "patient", header: t.patientId, cell: (row) => row.patient_id ?? t.nameHidden },
    { key: "accession", header: t.accession, cell: (row) => row.accession ?? t.nameHidden },
    { key: "dates", header: t.date, cell: (row) => (row.dates === null ? t.nameHidden : datesIn(row.dates)) },
    { key: "kind", header: t.kind, width: "6rem", cell: (row) => row.modalities.join(", ") || t.allKinds },
  ];
  return (
    <>
      <Problem of={error} />
      <Notice>{t.rowsRecorded}</Notice>
      <Table label={t.rowsOf} columns={columns} rowKey={(row) => row.number} {...table} />
    </>
  );
}

/** `20240301-20240331` as people read it. */
const datesIn = (told: string): string =>
  told.replace(/(\d{4})(\d{2})(\d{2})/g, "$1-$2-$3").replace(/(\d)-(?=\d{4}-)/, "$1 – ");
