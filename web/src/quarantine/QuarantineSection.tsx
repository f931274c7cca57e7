import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { usePaged } from "../api/paged";
import { type Column, count, Empty, moment, Problem, Select, Table } from "../parts";
import { useWords } from "../words";
import { type Entry, fetchEntries, reasonIn } from "./asking";
import style from "./Quarantine.module.css";
import { Review } from "./Review";
import { words } from "./words";

/** What waits in quarantine, and one of them under review. */
export function QuarantineSection() {
  const t = useWords(words);
  const [reason, choose] = useState("");
  const [open, setOpen] = useState<Entry | null>(null);
  const summary = useQuery({ queryKey: ["quarantine", "summary"], queryFn: () => fetchEntries(null, undefined) });
  const { table, error } = usePaged<Entry, number>(["quarantine", "rows", reason], (after) =>
    fetchEntries(reason || null, after),
  );
  const columns = useMemo(
    (): Column<Entry>[] => [
      { key: "reason", header: t.reason, cell: (row) => reasonIn(t, row.reason), width: "minmax(12rem, 1.5fr)" },
      { key: "file", header: t.file, cell: (row) => row.file ?? t.hidden, width: "minmax(12rem, 2fr)" },
      { key: "places", header: t.places, number: true, width: "9rem", cell: (row) => row.boxes.length || "" },
      { key: "came", header: t.came, width: "10rem", cell: (row) => moment(row.at) },
    ],
    [t],
  );
  if (open) return <Review entry={open} onBack={() => setOpen(null)} />;
  const reasons = Object.entries(summary.data?.reasons ?? {});
  return (
    <div className={style.section}>
      <p className={style.soft}>{t.about}</p>
      <Problem of={error ?? summary.error} />
      {reasons.length > 1 && (
        <div className={style.filter}>
          <Select
            label={t.reasonFilter}
            value={reason}
            choices={[
              { value: "", text: t.allReasons },
              ...reasons.map(([value, n]) => ({ value, text: t.choice(reasonIn(t, value), count(n)) })),
            ]}
            onChoose={choose}
          />
        </div>
      )}
      <Table
        label={t.list}
        columns={columns}
        rowKey={(row) => row.id}
        onOpen={setOpen}
        empty={<Empty title={t.none} />}
        {...table}
      />
    </div>
  );
}
