import { Link } from "wouter";
import { useWords } from "../words";
import { useUnfinished } from "./asking";
import { JobProgress } from "./JobProgress";
import style from "./Jobs.module.css";
import { useJobNames } from "./naming";
import { words } from "./words";

const SHOWN = 2;

/** The work under way, small, for the corner of every page; nothing where nothing is being done. */
export function JobCorner() {
  const t = useWords(words);
  const names = useJobNames();
  const { data } = useUnfinished();
  const jobs = [...(data?.items ?? [])].sort(
    (one, other) => Number(other.state === "running") - Number(one.state === "running"),
  );
  if (jobs.length === 0) return null;
  const more = (data?.total ?? 0) - Math.min(SHOWN, jobs.length);
  return (
    <aside className={style.corner} aria-label={t.corner}>
      {jobs.slice(0, SHOWN).map((job) => (
        <div key={job.id}>
          <Link href={`/jobs/${job.id}`}>{names.kind(job)}</Link>
          <JobProgress job={job} />
        </div>
      ))}
      {more > 0 && <Link href="/jobs">{t.cornerMore(more)}</Link>}
    </aside>
  );
}
