import { useDeferredValue, useState } from "react";
import { Link, useLocation } from "wouter";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import { type Column, count, Empty, moment, Page, Problem, Table } from "../parts";
import { useWords } from "../words";
import type { ReadingRow } from "./asking";
import { words } from "./readingWords";

/** What models said of new images: own readings, and those by models of studies that one may see. */
export default function ReadingsPage() {
  const t = useWords(words);
  const [, go] = useLocation();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  const list = usePaged<ReadingRow, number>(["readings", wanted], (after) =>
    answer(api.GET("/api/readings", { params: { query: { text: wanted, after: after ?? 0, limit: 50 } } })),
  );
  const columns: Column<ReadingRow>[] = [
    { key: "number", header: t.number, cell: (row) => count(row.number), width: "5rem", number: true },
    { key: "model", header: t.model, cell: (row) => row.reader, width: "minmax(7rem, 1fr)" },
    { key: "study", header: t.study, cell: (row) => row.title || t.gone, width: "minmax(8rem, 2fr)" },
    { key: "images", header: t.images, cell: (row) => count(row.images), width: "5rem", number: true },
    { key: "source", header: t.source, cell: (row) => t[row.source], width: "6rem" },
    { key: "person", header: t.person, cell: (row) => row.person, width: "minmax(6rem, 1fr)" },
    { key: "made", header: t.made, cell: (row) => moment(row.made), width: "10rem" },
    { key: "state", header: t.state, cell: (row) => t[row.state], width: "6rem" },
  ];
  const empty = (
    <Empty title={t.noReadings} actions={<Link href="/models">{t.toModels}</Link>}>
      {t.noReadingsAbout}
    </Empty>
  );
  return (
    <Page title={t.readings} about={t.readingsAbout} actions={<Link href="/models">{t.toModels}</Link>}>
      <Problem of={list.error} onRetry={() => void list.refetch()} />
      <Table
        {...list.table}
        label={t.list}
        columns={columns}
        rowKey={(row) => row.id}
        filter={text}
        onFilter={setText}
        onOpen={(row) => go(`/models/readings/${row.id}`)}
        empty={empty}
      />
    </Page>
  );
}
