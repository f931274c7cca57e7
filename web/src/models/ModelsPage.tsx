import { useDeferredValue, useState } from "react";
import { Link, useLocation } from "wouter";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import type { components } from "../api/schema";
import { type Column, Empty, Page, Problem, Table } from "../parts";
import { type Estimate, estimate } from "../studies/results/numbers";
import { useWords } from "../words";
import { words as readingWords } from "./readingWords";
import { words } from "./words";

export type ModelRow = components["schemas"]["ModelRow"];

/** What a model reached, in the measure that leads its report. */
export const reachedOf = ({ measure, result }: ModelRow): string =>
  result ? `${measure} ${estimate(result as unknown as Estimate)}` : "";

/** The models of all runs that one may see. */
export default function ModelsPage() {
  const t = useWords(words);
  const readings = useWords(readingWords);
  const [, go] = useLocation();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  const list = usePaged<ModelRow, number>(["models", wanted], (after) =>
    answer(api.GET("/api/models", { params: { query: { text: wanted, after: after ?? 0, limit: 50 } } })),
  );
  const columns: Column<ModelRow>[] = [
    { key: "reader", header: t.model, cell: (row) => row.reader, width: "minmax(7rem, 1fr)" },
    { key: "study", header: t.study, cell: (row) => row.title, width: "minmax(8rem, 2fr)" },
    { key: "run", header: t.run, cell: (row) => row.run, width: "minmax(6rem, 1fr)" },
    { key: "reached", header: t.reached, cell: reachedOf, width: "minmax(10rem, 2fr)" },
    { key: "repeats", header: t.trained, cell: (row) => t.times(row.repeats), width: "6rem" },
    { key: "exported", header: t.exported, cell: (row) => (row.exported ? t.onnx : t.notExported), width: "7rem" },
  ];
  const empty = (
    <Empty title={t.none} actions={<Link href="/studies">{t.toStudies}</Link>}>
      {t.noneAbout}
    </Empty>
  );
  return (
    <Page title={t.title} about={t.about} actions={<Link href="/models/readings">{readings.readings}</Link>}>
      <Problem of={list.error} onRetry={() => void list.refetch()} />
      <Table
        {...list.table}
        label={t.list}
        columns={columns}
        rowKey={(row) => `${row.study}/${row.run}/${row.reader}`}
        filter={text}
        onFilter={setText}
        onOpen={(row) => go(`/models/${row.study}/${row.run}/${encodeURIComponent(row.reader)}`)}
        empty={empty}
      />
    </Page>
  );
}
