import { useState } from "react";
import { Link, useLocation } from "wouter";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import type { components } from "../api/schema";
import { useRights } from "../api/session";
import { Button, type Column, Empty, moment, Page, Problem, Table } from "../parts";
import { useWords } from "../words";
import { words } from "./words";

type Row = components["schemas"]["StudyRow"];

/** Every study that the person may see. */
export default function StudiesPage() {
  const t = useWords(words);
  const may = useRights();
  const [, go] = useLocation();
  const [text, setText] = useState("");
  const [away, setAway] = useState(false);
  const list = usePaged<Row, number>(["studies", text, away], (after) =>
    answer(api.GET("/api/studies", { params: { query: { after: after ?? 0, text, archived: away } } })),
  );
  const columns: Column<Row>[] = [
    {
      key: "title",
      header: t.question,
      width: "minmax(14rem, 3fr)",
      cell: (row) => <Link href={`/studies/${row.slug}`}>{row.title}</Link>,
    },
    {
      key: "shared",
      header: t.shared,
      width: "10rem",
      cell: (row) => (row.mine ? "" : row.may === "change" ? t.mayChange : t.maySee),
    },
    { key: "changed", header: t.changed, width: "10rem", cell: (row) => moment(row.changed) },
  ];
  const begin = may("make_studies") && (
    <Button kind="primary" onClick={() => go("/studies/new")}>
      {t.newStudy}
    </Button>
  );
  return (
    <Page title={t.title} about={t.about} actions={begin}>
      <Problem of={list.error} onRetry={() => void list.refetch()} />
      <Table
        label={t.title}
        columns={columns}
        {...list.table}
        rowKey={(row) => row.slug}
        onFilter={setText}
        onOpen={(row) => go(`/studies/${row.slug}`)}
        actions={
          <Button kind="quiet" onClick={() => setAway(!away)}>
            {away ? t.inUse : t.putAwayList}
          </Button>
        }
        empty={
          away ? (
            t.noStudies
          ) : (
            <Empty title={t.noStudies} actions={begin}>
              {t.noStudiesAbout}
            </Empty>
          )
        }
      />
    </Page>
  );
}
