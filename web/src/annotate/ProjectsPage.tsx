import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { useRights } from "../api/session";
import { Button, type Column, Empty, Page, Problem, Table, Told } from "../parts";
import { useWords } from "../words";
import { annotation } from "./asking";
import type { PersonProgress, Project } from "./marking";
import { NewProject } from "./NewProject";
import { ProjectCases } from "./ProjectCases";
import { BringIn, Export } from "./ProjectFiles";
import { stageWord } from "./stages";
import { TrainingCases } from "./TrainingCases";
import { words } from "./words";

/** Projects of marking: what each holds, how far it is, who did what; cases are assigned and results taken out. */
export default function ProjectsPage() {
  const t = useWords(words);
  const may = useRights();
  const [chosen, choose] = useState<number | null>(null);
  const [making, make] = useState(false);
  const { data, error, isPending } = useQuery({
    queryKey: ["annotation", "projects"],
    queryFn: annotation.projects,
    staleTime: 0,
  });
  const columns: Column<Project>[] = [
    { key: "name", header: t.name, cell: (row) => row.name, text: (row) => row.name },
    { key: "dataset", header: t.dataset, cell: (row) => row.dataset, text: (row) => row.dataset, width: "6rem" },
    { key: "cases", header: t.cases, cell: (row) => row.cases, number: true, width: "6rem" },
    { key: "images", header: t.images, cell: (row) => row.images, number: true, width: "7rem" },
    {
      key: "stages",
      header: t.progress,
      cell: (row) =>
        Object.entries(row.stages)
          .filter(([, count]) => count > 0)
          .map(([stage, count]) => t.stageCount(t[stageWord(stage)], count))
          .join(" · "),
      width: "minmax(16rem, 2fr)",
    },
  ];
  const project = data?.items.find((one) => one.project === chosen);
  return (
    <Page
      title={t.projects}
      actions={
        <>
          <Link href="/annotate">{t.toWorklist}</Link>
          {may("assign_marking") && (
            <Button kind="primary" onClick={() => make(true)}>
              {t.newProject}
            </Button>
          )}
        </>
      }
    >
      <Problem of={error} />
      <Table
        label={t.projects}
        columns={columns}
        rows={data?.items ?? []}
        rowKey={(row) => row.project}
        openKey={chosen}
        onOpen={(row) => choose(row.project)}
        loading={isPending}
        empty={<Empty title={t.noProjects}>{t.noProjectsAbout}</Empty>}
      />
      {project && <Opened key={project.project} project={project} />}
      {making && <NewProject onClose={() => make(false)} />}
    </Page>
  );
}

function Opened({ project }: { project: Project }) {
  const t = useWords(words);
  const may = useRights();
  const queries = useQueryClient();
  const [shown, show] = useState<"" | "cases" | "export" | "bringIn" | "training">("");
  const { data, error } = useQuery({
    queryKey: ["annotation", "progress", project.project],
    queryFn: () => annotation.progress(project.project),
    staleTime: 0,
  });
  const assign = useMutation({
    mutationFn: () => annotation.assign(project.project),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["annotation"] }),
  });
  return (
    <section aria-label={project.name}>
      <h2>{project.name}</h2>
      <p style={{ display: "flex", gap: "0.5rem", flexWrap: "wrap", marginBlock: "0.75rem" }}>
        {may("assign_marking") && (
          <Button busy={assign.isPending} onClick={() => assign.mutate()}>
            {t.assign}
          </Button>
        )}
        <Button onClick={() => show("cases")}>{t.cases}</Button>
        {may("see_markings") && <Button onClick={() => show("export")}>{t.export}</Button>}
        {may("assign_marking") && <Button onClick={() => show("bringIn")}>{t.bringIn}</Button>}
        {may("assign_marking") && <Button onClick={() => show("training")}>{t.useForTraining}</Button>}
      </p>
      {assign.data && (
        <p role="status">
          {t.assigned(assign.data.assigned)} {assign.data.waiting[0] && <Told>{assign.data.waiting[0].sentence}</Told>}
        </p>
      )}
      <Problem of={error ?? assign.error} />
      <People people={data?.people ?? []} />
      {shown === "cases" && <ProjectCases project={project} onClose={() => show("")} />}
      {shown === "export" && <Export project={project} onClose={() => show("")} />}
      {shown === "training" && <TrainingCases project={project} onClose={() => show("")} />}
      {shown === "bringIn" && <BringIn project={project} onClose={() => show("")} />}
    </section>
  );
}

function People({ people }: { people: readonly PersonProgress[] }) {
  const t = useWords(words);
  const columns: Column<PersonProgress>[] = [
    { key: "name", header: t.person, cell: (row) => row.name, text: (row) => row.name },
    { key: "stage", header: t.stage, cell: (row) => t[stageWord(row.stage)], width: "8rem" },
    { key: "open", header: t.openCases, cell: (row) => row.open, number: true, width: "5rem" },
    { key: "done", header: t.doneCases, cell: (row) => row.done, number: true, width: "5rem" },
    { key: "left", header: t.leftToday, cell: (row) => row.left_today, number: true, width: "6rem" },
    { key: "today", header: t.today, cell: (row) => row.done_today, number: true, width: "5rem" },
    {
      key: "seconds",
      header: t.seconds,
      cell: (row) => row.median_seconds?.toFixed(0) ?? "",
      number: true,
      width: "7rem",
    },
    {
      key: "agreement",
      header: t.agreement,
      cell: (row) => row.agreement?.toFixed(2) ?? "",
      number: true,
      width: "7rem",
    },
    { key: "back", header: t.sentBack, cell: (row) => row.sent_back, number: true, width: "7rem" },
  ];
  return <Table label={t.progress} columns={columns} rows={people} rowKey={(row) => `${row.person} ${row.stage}`} />;
}
