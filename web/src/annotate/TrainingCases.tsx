import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { usePaged } from "../api/paged";
import { type Column, Dialog, Empty, Problem, Select, Table } from "../parts";
import { useWords } from "../words";
import { annotation } from "./asking";
import type { AcceptedCase, Project } from "./marking";
import { Reasoned } from "./Reasoned";
import { words } from "./words";

/** Choose accepted cases for the courses of training. */
export function TrainingCases({ project, onClose }: { project: Project; onClose: () => void }) {
  const t = useWords(words);
  const queries = useQueryClient();
  const [leaving, leave] = useState("");
  const { table, error } = usePaged<AcceptedCase, number>(["annotation", "accepted", project.project], (after) =>
    annotation.accepted(project.project, after),
  );
  const use = useMutation({
    mutationFn: ({ name, course }: { name: string; course: string }) =>
      annotation.teachWith(project.project, name, course),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["annotation"] }),
  });
  const columns: Column<AcceptedCase>[] = [
    { key: "case", header: t.case, cell: (row) => row.case, text: (row) => row.case },
    { key: "images", header: t.images, cell: (row) => row.images, number: true, width: "7rem" },
    {
      key: "course",
      header: t.course,
      cell: (row) => (
        <Select
          label={`${t.course}: ${row.case}`}
          unlabelled
          value={row.course}
          choices={[
            { value: "", text: t.notForTraining },
            { value: "basic", text: t.basic },
            { value: "advanced", text: t.advanced },
          ]}
          onChoose={(course) => (course ? use.mutate({ name: row.case, course }) : leave(row.case))}
        />
      ),
      width: "10rem",
    },
  ];
  return (
    <Dialog title={t.useForTraining} onClose={onClose} wide>
      <p>{t.useForTrainingAbout}</p>
      <Problem of={error ?? use.error} />
      <Table
        label={t.useForTraining}
        columns={columns}
        {...table}
        rowKey={(row) => row.case}
        empty={<Empty title={t.noAccepted} />}
      />
      {leaving && (
        <Reasoned
          title={t.outOfCourse}
          about={t.outOfCourseAbout}
          onSay={async (reason) => {
            await annotation.outOfCourse(project.project, leaving, reason);
            await queries.invalidateQueries({ queryKey: ["annotation"] });
          }}
          onClose={() => leave("")}
        />
      )}
    </Dialog>
  );
}
