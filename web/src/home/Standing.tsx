import { Link } from "wouter";
import type { components } from "../api/schema";
import { JobProgress } from "../jobs/JobProgress";
import { useJobNames } from "../jobs/naming";
import { bytes, count, day } from "../parts/format";
import { useWords } from "../words";
import style from "./Home.module.css";
import { words } from "./words";

type Schemas = components["schemas"];

/** The studies that were changed last. */
export function LastStudies({ page }: { page: Schemas["StudyPage"] | undefined }) {
  const t = useWords(words);
  const studies = page?.items ?? [];
  return (
    <section className={style.part}>
      <h2>{t.studies}</h2>
      {studies.length === 0 && <p>{t.noStudies}</p>}
      <ul className={style.list}>
        {studies.map((study) => (
          <li key={study.slug}>
            <Link href={`/studies/${study.slug}`}>{study.title}</Link>
            <small>{t.changed(day(study.changed))}</small>
          </li>
        ))}
      </ul>
      {page && page.total > studies.length && <Link href="/studies">{t.allStudies(count(page.total))}</Link>}
    </section>
  );
}

/** How much the archive holds. */
export function Holdings({ total }: { total: Schemas["StatisticsLine"] | undefined }) {
  const t = useWords(words);
  return (
    <section className={style.part}>
      <h2>{t.archive}</h2>
      {total?.images ? (
        <p>
          <Link href="/archive">{t.archiveHolds(count(total.images), count(total.patients), bytes(total.bytes))}</Link>
        </p>
      ) : (
        <p>{t.archiveEmpty}</p>
      )}
    </section>
  );
}

/** What is being done now, and how far it is. */
export function Work({ jobs }: { jobs: readonly Schemas["JobRow"][] }) {
  const t = useWords(words);
  const names = useJobNames();
  return (
    <section className={style.part}>
      <h2>{t.working}</h2>
      {jobs.length === 0 && <p>{t.workingNone}</p>}
      {jobs.map((job) => (
        <div key={job.id}>
          <Link href={`/jobs/${job.id}`}>{names.kind(job)}</Link>
          <JobProgress job={job} />
        </div>
      ))}
    </section>
  );
}
