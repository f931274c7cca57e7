import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import { Button, type Column, count, Empty, Notice, Problem, Table, Tick } from "../parts";
import { useWords } from "../words";
import { type Answers as Found, LISTS, type StudyAnswer } from "./asking";
import style from "./Pacs.module.css";
import { words } from "./words";

/** What a PACS answered; from it a list to fetch by is made. */
export function Answers({ first }: { first: Found }) {
  const t = useWords(words);
  const client = useQueryClient();
  const [chosen, choose] = useState<ReadonlySet<number>>(new Set());
  const path = { params: { path: { query: first.id } } };
  const { table, error } = usePaged<StudyAnswer, number>(["pacs", "answers", first.id], (after) =>
    after === undefined
      ? Promise.resolve(first)
      : answer(api.GET("/api/pacs/queries/{query}", { params: { ...path.params, query: { after } } })),
  );
  const make = useMutation({
    mutationFn: () => answer(api.POST("/api/pacs/queries/{query}/list", { ...path, body: { numbers: [...chosen] } })),
    onSuccess: () => client.invalidateQueries({ queryKey: LISTS }),
  });
  const toggle = (number: number) => {
    const next = new Set(chosen);
    if (!next.delete(number)) next.add(number);
    choose(next);
    make.reset();
  };
  const columns = columnsOf(t, first.identities, chosen, toggle);
  const picked = chosen.size || first.total;
  return (
    <>
      <p role="status">{t.found(count(first.total), count(first.patients), count(first.images))}</p>
      {!first.identities && <Notice>{t.hidden}</Notice>}
      <Problem of={error ?? make.error} />
      <Table
        label={t.answers}
        columns={columns}
        rowKey={(row) => row.number}
        onOpen={(row) => toggle(row.number)}
        empty={<Empty title={t.nothingFound} />}
        {...table}
      />
      {first.total > 0 && (
        <div className={style.actions}>
          <Button kind="primary" busy={make.isPending} disabled={make.isSuccess} onClick={() => make.mutate()}>
            {chosen.size > 0 ? t.listOfChosen(count(picked)) : t.listOfAll(count(picked))}
          </Button>
          {chosen.size > 0 && (
            <Button kind="quiet" onClick={() => choose(new Set())}>
              {t.chooseNone}
            </Button>
          )}
        </div>
      )}
      {make.data && <Notice kind="good">{t.listMade(count(make.data.rows))}</Notice>}
    </>
  );
}

type Told = (typeof words)["en"];

function columnsOf(
  t: Told,
  identities: boolean,
  chosen: ReadonlySet<number>,
  toggle: (number: number) => void,
): Column<StudyAnswer>[] {
  const named: Column<StudyAnswer>[] = [
    { key: "id", header: t.patientId, cell: (row) => row.patient_id, width: "minmax(6rem, 1fr)" },
    { key: "name", header: t.patientName, cell: (row) => row.patient_name, width: "minmax(6rem, 1fr)" },
    { key: "accession", header: t.accession, cell: (row) => row.accession, width: "minmax(6rem, 1fr)" },
    { key: "date", header: t.date, cell: (row) => row.date, width: "7rem" },
    { key: "description", header: t.description, cell: (row) => row.description, width: "minmax(6rem, 2fr)" },
  ];
  return [
    {
      key: "chosen",
      header: t.chosen,
      width: "4rem",
      cell: (row) => (
        <Tick
          label={<span className="unseen">{t.chooseLine(row.number)}</span>}
          checked={chosen.has(row.number)}
          onTick={() => toggle(row.number)}
        />
      ),
    },
    ...(identities
      ? named
      : [{ key: "patient", header: t.patient, cell: (row: StudyAnswer) => t.patientNumber(row.patient) }]),
    { key: "kind", header: t.kind, cell: (row) => row.modalities.join(", "), width: "5rem" },
    {
      key: "images",
      header: t.images,
      number: true,
      cell: (row) => (row.images === null ? "" : count(row.images)),
      width: "5rem",
    },
  ];
}
