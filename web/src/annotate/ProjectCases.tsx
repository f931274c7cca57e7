import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { usePaged } from "../api/paged";
import { useRights } from "../api/session";
import { Button, type Column, Dialog, Empty, moment, Problem, Table, Told } from "../parts";
import { useWords } from "../words";
import { annotation } from "./asking";
import type { CaseLine, CaseRow, Project } from "./marking";
import { Reasoned } from "./Reasoned";
import { stageWord } from "./stages";
import { words } from "./words";

/** The cases of a project: where each stands, who marked it, what became of it; out of the project and back. */
export function ProjectCases({ project, onClose }: { project: Project; onClose: () => void }) {
  const t = useWords(words);
  const [chosen, choose] = useState("");
  const { table, error } = usePaged<CaseRow, number>(["annotation", "cases", project.project], (after) =>
    annotation.cases(project.project, after),
  );
  const columns: Column<CaseRow>[] = [
    { key: "case", header: t.case, cell: (row) => row.case, text: (row) => row.case, width: "8rem" },
    {
      key: "stage",
      header: t.stage,
      cell: (row) => t[stageWord(row.stage)],
      text: (row) => t[stageWord(row.stage)],
      width: "10rem",
    },
    { key: "images", header: t.images, cell: (row) => row.images, number: true, width: "6rem" },
    {
      key: "people",
      header: t.person,
      cell: (row) => row.markings.map(({ name, stage }) => `${name || "-"} (${t[stageWord(stage)]})`).join(", "),
      width: "minmax(12rem, 1fr)",
    },
  ];
  const row = table.rows.find((one) => one.case === chosen);
  return (
    <Dialog title={t.casesOf(project.name)} onClose={onClose} wide>
      <Problem of={error} />
      <Table
        label={t.cases}
        columns={columns}
        {...table}
        rowKey={(one) => one.case}
        openKey={chosen}
        onOpen={(one) => choose(one.case)}
        empty={<Empty title={t.noCases} />}
      />
      {row && <Opened key={row.case} project={project.project} row={row} />}
    </Dialog>
  );
}

type Asked = { kind: "takeOut" | "putBack" } | { kind: "reopen"; marking: number };

function Opened({ project, row }: { project: number; row: CaseRow }) {
  const t = useWords(words);
  const may = useRights();
  const queries = useQueryClient();
  const [asked, ask] = useState<Asked | null>(null);
  const { data, error } = useQuery({
    queryKey: ["annotation", "history of case", project, row.case, row.stage],
    queryFn: () => annotation.caseHistory(project, row.case),
    staleTime: 0,
  });
  const decide = async (reason: string): Promise<void> => {
    if (asked?.kind === "reopen") await annotation.reopen(asked.marking, reason);
    else if (asked) await annotation[asked.kind](project, row.case, reason);
    await queries.invalidateQueries({ queryKey: ["annotation"] });
  };
  const out = row.stage === "taken_out";
  return (
    <section aria-label={row.case}>
      <h3>{row.case}</h3>
      <p style={{ display: "flex", gap: "0.5rem", flexWrap: "wrap", marginBlock: "0.5rem" }}>
        {row.markings
          .filter(({ can_reopen }) => can_reopen)
          .map(({ marking, name, stage }) => (
            <Button key={marking} onClick={() => ask({ kind: "reopen", marking })}>
              {t.reopenOf(t[stageWord(stage)], name)}
            </Button>
          ))}
        {may("assign_marking") && (
          <Button kind={out ? "plain" : "danger"} onClick={() => ask({ kind: out ? "putBack" : "takeOut" })}>
            {out ? t.putBack : t.takeOut}
          </Button>
        )}
      </p>
      <Problem of={error} />
      <ol>
        {data?.items.map((line) => (
          <Line key={`${line.at} ${line.what} ${line.marking}`} line={line} />
        ))}
      </ol>
      {asked && (
        <Reasoned title={t[asked.kind]} about={t[`${asked.kind}About`]} onSay={decide} onClose={() => ask(null)} />
      )}
    </section>
  );
}

function Line({ line }: { line: CaseLine }) {
  const t = useWords(words);
  const said = [t.became(line.what), line.stage && t[stageWord(line.stage)], line.name].filter(Boolean).join(" · ");
  return (
    <li>
      <time dateTime={line.at}>{moment(line.at)}</time> {said}
      {line.reason && (
        <>
          : <Told>{line.reason}</Told>
        </>
      )}
    </li>
  );
}
