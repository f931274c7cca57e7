import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { usePaged } from "../api/paged";
import { useRights } from "../api/session";
import { Button, type Column, Empty, Page, Problem, Table, Tabs } from "../parts";
import { useWords } from "../words";
import { annotation } from "./asking";
import type { WorklistItem } from "./marking";
import { stageWord, taskOf } from "./stages";
import { words } from "./words";

/** What waits for the person who is signed in, and what he has handed in. */
export default function WorklistPage() {
  const t = useWords(words);
  const may = useRights();
  const [, go] = useLocation();
  const [shown, setShown] = useState<"open" | "submitted">("open");
  const left = useQuery({
    queryKey: ["annotation", "left"],
    queryFn: async () => (await annotation.worklist("open", undefined, 1)).left_today,
    staleTime: 0,
  });
  const { table, error, refetch } = usePaged<WorklistItem, number>(["annotation", "worklist", shown], (after) =>
    annotation.worklist(shown, after),
  );
  const columns: Column<WorklistItem>[] = [
    { key: "case", header: t.case, cell: (row) => row.case, text: (row) => row.case, width: "9rem" },
    { key: "dataset", header: t.dataset, cell: (row) => row.dataset, text: (row) => row.dataset, width: "5rem" },
    {
      key: "stage",
      header: t.stage,
      cell: (row) => `${t[stageWord(row.stage)]}${row.back ? ` · ${t.back}` : ""}`,
      text: (row) => t[stageWord(row.stage)],
      width: "minmax(9rem, 1fr)",
    },
    { key: "project", header: t.project, cell: (row) => row.project_name, text: (row) => row.project_name },
    { key: "images", header: t.images, cell: (row) => row.images, number: true, width: "6rem" },
    {
      key: "task",
      header: t.task,
      cell: (row) => taskOf(t, row),
      text: (row) => taskOf(t, row),
      width: "minmax(14rem, 2fr)",
    },
  ];
  const actions = (
    <>
      <Button onClick={() => go("/annotate/training")}>{t.training}</Button>
      {(may("assign_marking") || may("see_markings")) && (
        <Button onClick={() => go("/annotate/projects")}>{t.projects}</Button>
      )}
    </>
  );
  return (
    <Page title={t.title} about={left.data === undefined ? "" : t.about(left.data)} actions={actions}>
      <Tabs
        label={t.worklist}
        tabs={[
          { key: "open", text: t.open },
          { key: "submitted", text: t.done },
        ]}
        chosen={shown}
        onChoose={setShown}
      >
        {error ? (
          <Problem of={error} onRetry={() => void refetch()} />
        ) : (
          <Table
            label={t.worklist}
            columns={columns}
            {...table}
            rowKey={(row) => row.marking}
            onOpen={(row) => go(`/annotate/case/${row.marking}`)}
            empty={<Empty title={shown === "open" ? t.empty : t.emptyDone}>{shown === "open" && t.emptyAbout}</Empty>}
          />
        )}
      </Tabs>
    </Page>
  );
}
