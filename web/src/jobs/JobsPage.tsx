import { useMemo } from "react";
import { useLocation } from "wouter";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import { type Column, Empty, moment, Page, Problem, Table } from "../parts";
import { useWords } from "../words";
import { isUnfinished, type Job } from "./asking";
import { JobProgress } from "./JobProgress";
import { JobView } from "./JobView";
import { useJobNames } from "./naming";
import { words } from "./words";

/** All long work, the last first; or one job, as it happens. */
export default function JobsPage({ params }: { params: { job?: string } }) {
  return params.job ? <OneJob id={params.job} /> : <AllJobs />;
}

function OneJob({ id }: { id: string }) {
  const t = useWords(words);
  return (
    <Page title={t.title} about={t.about} width="reading">
      <JobView id={id} />
    </Page>
  );
}

function AllJobs() {
  const t = useWords(words);
  const names = useJobNames();
  const [, go] = useLocation();
  const { table, error } = usePaged<Job, number>(["jobs", "all"], (after) =>
    answer(api.GET("/api/jobs", { params: { query: { limit: 100, ...(after ? { after } : {}) } } })),
  );
  const columns = useMemo(
    (): Column<Job>[] => [
      { key: "what", header: t.what, cell: (job) => names.kind(job), width: "minmax(12rem, 1.4fr)" },
      {
        key: "state",
        header: t.state,
        cell: (job) => (isUnfinished(job) ? <JobProgress job={job} /> : names.state(job)),
        width: "minmax(14rem, 2fr)",
      },
      { key: "person", header: t.person, cell: (job) => job.person, width: "9rem" },
      { key: "begun", header: t.begun, cell: (job) => moment(job.made), width: "10rem" },
    ],
    [t, names],
  );
  return (
    <Page title={t.title} about={t.about}>
      <Problem of={error} />
      <Table
        label={t.list}
        columns={columns}
        rowKey={(job) => job.id}
        onOpen={(job) => go(`/jobs/${job.id}`)}
        empty={<Empty title={t.none}>{t.noneAbout}</Empty>}
        {...table}
      />
    </Page>
  );
}
