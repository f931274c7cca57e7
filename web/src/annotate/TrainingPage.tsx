import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { Button, type Column, Empty, Page, Problem, Table } from "../parts";
import { useWords } from "../words";
import { annotation } from "./asking";
import type { Course } from "./marking";
import { words } from "./words";

const STATES = { open: "courseOpen", passed: "passed", failed: "failed", none: "none" } as const;

/** The courses of training: cases whose answer is known, a passing mark, the result. */
export default function TrainingPage() {
  const t = useWords(words);
  const [, go] = useLocation();
  const queries = useQueryClient();
  const { data, error, isPending } = useQuery({
    queryKey: ["annotation", "training"],
    queryFn: annotation.training,
    staleTime: 0,
  });
  const begin = useMutation({
    mutationFn: ({ project, course }: Course) => annotation.beginTraining(project, course),
    onSuccess: (course) => {
      void queries.invalidateQueries({ queryKey: ["annotation"] });
      const first = course.markings[0];
      if (first !== undefined) go(`/annotate/case/${first}`);
    },
  });
  const columns: Column<Course>[] = [
    { key: "course", header: t.course, cell: (row) => t[row.course], text: (row) => t[row.course], width: "8rem" },
    { key: "dataset", header: t.dataset, cell: (row) => row.dataset, text: (row) => row.dataset, width: "6rem" },
    { key: "cases", header: t.cases, cell: (row) => row.cases, number: true, width: "6rem" },
    { key: "passing", header: t.passing, cell: (row) => row.passing.toFixed(2), number: true, width: "9rem" },
    { key: "score", header: t.result, cell: (row) => row.score?.toFixed(2) ?? "", number: true, width: "7rem" },
    { key: "state", header: t.state, cell: (row) => t[STATES[row.state]] },
    {
      key: "go",
      header: "",
      cell: (row) => (
        <Button
          kind={row.state === "open" ? "primary" : "plain"}
          busy={begin.isPending}
          onClick={() =>
            row.state === "open" && row.markings[0] !== undefined
              ? go(`/annotate/case/${row.markings[0]}`)
              : begin.mutate(row)
          }
        >
          {row.state === "open" ? t.goOn : row.state === "none" ? t.begin : t.again}
        </Button>
      ),
      width: "9rem",
    },
  ];
  return (
    <Page title={t.trainingTitle} about={t.trainingAbout} actions={<Link href="/annotate">{t.toWorklist}</Link>}>
      <Problem of={error ?? begin.error} />
      <Table
        label={t.trainingTitle}
        columns={columns}
        rows={data?.courses ?? []}
        rowKey={(row) => `${row.project} ${row.course}`}
        loading={isPending}
        empty={<Empty title={t.noTraining}>{t.noTrainingAbout}</Empty>}
      />
    </Page>
  );
}
