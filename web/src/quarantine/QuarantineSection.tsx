import { useMutation, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { usePaged } from "../api/paged";
import { Button, type Column, count, Empty, moment, Notice, Problem, Select, Table, Tick } from "../parts";
import { useWords } from "../words";
import { type Entry, fetchAll, fetchEntries, reasonIn } from "./asking";
import { type Chosen, fits, NONE, reasonOf, toggled, withAll } from "./choosing";
import style from "./Quarantine.module.css";
import { Review } from "./Review";
import { Several } from "./Several";
import { words } from "./words";

/** What waits in quarantine: one of them under review, or several decided on alike. */
export function QuarantineSection() {
  const t = useWords(words);
  const [reason, setReason] = useState("");
  const [open, setOpen] = useState<Entry | null>(null);
  const [several, openSeveral] = useState(false);
  const [chosen, choose] = useState<Chosen>(NONE);
  const [told, tell] = useState("");
  const summary = useQuery({ queryKey: ["quarantine", "summary"], queryFn: () => fetchEntries(null, undefined) });
  const { table, error } = usePaged<Entry, number>(["quarantine", "rows", reason], (after) =>
    fetchEntries(reason || null, after),
  );
  const all = useMutation({
    mutationFn: (kind: string) => fetchAll(kind),
    onSuccess: (entries, kind) => choose(withAll(chosen, entries, kind)),
  });
  const toggle = (entry: Entry) => choose(toggled(chosen, entry));
  const back = () => {
    // What was opened by itself is not decided on with the others any more.
    if (open && chosen.has(open.id)) {
      choose(toggled(chosen, open));
      openSeveral(several && chosen.size > 1);
    }
    setOpen(null);
  };
  if (open) return <Review entry={open} onBack={back} />;
  if (several)
    return (
      <Several
        chosen={chosen}
        onChange={choose}
        onOpen={setOpen}
        onBack={(sentence) => {
          openSeveral(false);
          if (sentence === undefined) return;
          choose(NONE);
          tell(sentence);
        }}
      />
    );
  const reasons = Object.entries(summary.data?.reasons ?? {});
  const kind = reasonOf(chosen) ?? (reason || (reasons.length === 1 ? (reasons[0]?.[0] ?? null) : null));
  const ofKind = summary.data?.reasons[kind ?? ""] ?? 0;
  // Space or x chooses the row that is marked, a all of its kind, Escape none.
  const keys = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.currentTarget.querySelector("[role=row][data-active]")?.getAttribute("data-index");
    const row = at ? table.rows[Number(at)] : undefined;
    if ((event.key === " " || event.key === "x") && row) toggle(row);
    else if (event.key === "a" && row) all.mutate(reasonOf(chosen) ?? row.reason);
    else if (event.key === "Escape" && chosen.size > 0) choose(NONE);
    else return;
    event.preventDefault();
  };
  return (
    <div className={style.section}>
      <p className={style.soft}>{t.about}</p>
      {told && <Notice kind="good">{told}</Notice>}
      <Problem of={error ?? summary.error ?? all.error} />
      {reasons.length > 1 && (
        <div className={style.filter}>
          <Select
            label={t.reasonFilter}
            value={reason}
            choices={[
              { value: "", text: t.allReasons },
              ...reasons.map(([value, n]) => ({ value, text: t.choice(reasonIn(t, value), count(n)) })),
            ]}
            onChoose={setReason}
          />
        </div>
      )}
      {table.rows.length > 0 && (
        <div className={style.bar}>
          <span role="status">
            {chosen.size > 0 ? t.chosenOf(count(chosen.size), reasonIn(t, kind ?? "")) : t.chooseHint}
          </span>
          {kind && chosen.size < ofKind && (
            <Button busy={all.isPending} onClick={() => all.mutate(kind)}>
              {t.chooseAll(count(ofKind), reasonIn(t, kind))}
            </Button>
          )}
          {chosen.size > 0 && (
            <>
              <Button kind="primary" onClick={() => openSeveral(true)}>
                {t.decideOn(count(chosen.size))}
              </Button>
              <Button kind="quiet" onClick={() => choose(NONE)}>
                {t.chooseNone}
              </Button>
            </>
          )}
        </div>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the grid inside has the focus; its keys are heard here. */}
      <div onKeyDown={keys}>
        <Table
          label={t.list}
          columns={columnsOf(t, chosen, toggle)}
          rowKey={(row) => row.id}
          onOpen={setOpen}
          empty={<Empty title={t.none} />}
          {...table}
        />
      </div>
    </div>
  );
}

function columnsOf(t: (typeof words)["en"], chosen: Chosen, toggle: (entry: Entry) => void): Column<Entry>[] {
  return [
    {
      key: "chosen",
      header: t.chosen,
      width: "4.5rem",
      cell: (row) => (
        <Tick
          label={<span className="unseen">{t.chooseOne(row.id)}</span>}
          checked={chosen.has(row.id)}
          disabled={!fits(chosen, row)}
          onTick={() => toggle(row)}
        />
      ),
    },
    { key: "reason", header: t.reason, cell: (row) => reasonIn(t, row.reason), width: "minmax(12rem, 1.5fr)" },
    { key: "file", header: t.file, cell: (row) => row.file ?? t.hidden, width: "minmax(12rem, 2fr)" },
    { key: "places", header: t.places, number: true, width: "9rem", cell: (row) => row.boxes.length || "" },
    { key: "came", header: t.came, width: "10rem", cell: (row) => moment(row.at) },
  ];
}
