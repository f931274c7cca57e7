import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../../api/client";
import { useRights } from "../../api/session";
import { Button, Notice, Problem, Progress } from "../../parts";
import { useWords } from "../../words";
import { Short } from "../results/Short";
import { isWorking, useFinishedRun, useRun } from "../runs";
import { cohortSentence, readerSentence, taskSentence } from "../sentences";
import style from "../studies.module.css";
import type { CohortShown, Hand, Job } from "../study";
import { words } from "../words";

/** The study in plain sentences, and the button that runs it. */
export function RunStep({ hand, cohort }: { hand: Hand; cohort: CohortShown | undefined }) {
  const t = useWords(words);
  const may = useRights();
  const slug = hand.study.slug;
  const client = useQueryClient();
  const run = useRun(slug);
  const job = run.data;
  const finished = useFinishedRun(slug).data;
  const again = () => client.invalidateQueries({ queryKey: ["study run", slug] });
  const starting = useMutation({
    mutationFn: () => answer(api.POST("/api/studies/{slug}/run", { params: { path: { slug } } })),
    onSettled: again,
  });
  const stopping = useMutation({
    mutationFn: (id: string) => answer(api.POST("/api/jobs/{job}/cancel", { params: { path: { job: id } } })),
    onSettled: again,
  });
  const { data } = hand;
  const minutes = cohort?.minutes;
  const said = minutes == null ? t.runNowPlain : t.runNow(minutes < 1.5 ? t.underOne : t.minutes(Math.round(minutes)));
  const wrong = hand.study.problem?.sentence ?? (cohort?.problem || (data.readers?.length ? "" : t.noReaders));
  return (
    <>
      <h3>{t.review}</h3>
      <ul className={style.plain}>
        <li>{data.title}</li>
        {data.cohort?.table && (
          <li>
            {t.table}: {data.cohort.table}
          </li>
        )}
        {data.cohort?.include?.length ? (
          <li>
            {t.criteria}: {data.cohort.include.join("; ")}
          </li>
        ) : null}
        {data.task && (
          <li>
            {t.task}: {taskSentence(data.task, t)}
          </li>
        )}
        {cohort && !cohort.problem && (
          <li>
            {t.cohort}: {cohortSentence(cohort, data.split, t)}
          </li>
        )}
        {data.readers?.length ? (
          <li>
            {t.readers}: {data.readers.map((reader) => readerSentence(reader, t)).join("; ")}
          </li>
        ) : null}
      </ul>
      {wrong && (
        <Notice kind="warning" title={t.cannotRun}>
          {wrong}
        </Notice>
      )}
      {job && isWorking(job) && <Working job={job} onStop={() => stopping.mutate(job.id)} />}
      {job?.state === "failed" && (
        <Notice kind="problem" title={t.failed}>
          {job.sentence}
        </Notice>
      )}
      {job?.state === "done" && <Finished slug={slug} job={job} />}
      {(job === null || job?.state === "cancelled") && finished && <Short slug={slug} run={finished} />}
      <Problem of={starting.error ?? stopping.error} />
      {may("run_studies") && !isWorking(job) && (
        <div>
          <Button
            kind="primary"
            disabled={wrong !== "" || hand.study.draft !== null}
            busy={starting.isPending}
            onClick={() => starting.mutate()}
          >
            {job?.state === "failed" || job?.state === "cancelled" ? t.runAgain : said}
          </Button>
        </div>
      )}
    </>
  );
}

function Working({ job, onStop }: { job: Job; onStop: () => void }) {
  const t = useWords(words);
  const { now, detail, done, total, seconds_left: left } = job.progress;
  const label = job.state === "waiting" ? t.waitingTurn : [t.running, now, detail].filter(Boolean).join(" · ");
  return (
    <div className={style.card}>
      <Progress
        label={label}
        done={total > 0 ? done / total : null}
        left={left == null ? undefined : t.minutesLeft(Math.max(1, Math.round(left / 60)))}
      />
      <p className={style.soft}>{t.leaveAlone}</p>
      {job.mine && (
        <div>
          <Button kind="quiet" onClick={onStop}>
            {t.cancel}
          </Button>
        </div>
      )}
    </div>
  );
}

function Finished({ slug, job }: { slug: string; job: Job }) {
  const t = useWords(words);
  const run = String(job.result.run ?? "");
  return (
    <>
      <Notice kind="good" title={t.runDone}>
        {run && (
          <a href={`/api/results/${slug}/${run}/report`} target="_blank" rel="noreferrer">
            {t.openReport}
          </a>
        )}
      </Notice>
      {run && <Short slug={slug} run={run} />}
    </>
  );
}
