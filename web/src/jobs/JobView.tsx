import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useEvents } from "../api/events";
import { Button, Confirm, Notice, Problem } from "../parts";
import { count, moment } from "../parts/format";
import { useLanguage } from "../shell/language";
import { useWords } from "../words";
import { isUnfinished, type Job, useJob, useJobChange } from "./asking";
import { Curves } from "./Curves";
import { timeTaken } from "./howLong";
import { JobProgress } from "./JobProgress";
import style from "./Jobs.module.css";
import { useJobNames } from "./naming";
import { heard, NOTHING_TOLD } from "./told";
import { words } from "./words";

/** One job, as it happens: how far it is, what it says, what came of it, and what can be done about it. */
export function JobView({ id, onEnd }: { id: string; onEnd?: (job: Job) => void }) {
  const { data: job, error } = useJob(id);
  const language = useLanguage();
  if (error) return <Problem of={error} />;
  return job ? <Shown key={`${job.id} ${language}`} job={job} {...(onEnd ? { onEnd } : {})} /> : null;
}

function Shown({ job, onEnd }: { job: Job; onEnd?: (job: Job) => void }) {
  const t = useWords(words);
  const names = useJobNames();
  const client = useQueryClient();
  const change = useJobChange(job.id);
  const [told, tell] = useState(NOTHING_TOLD);
  const [asked, ask] = useState(false);
  const unfinished = isUnfinished(job);
  useEvents(`/api/jobs/${job.id}/events`, ({ data }) => {
    tell((before) => heard(before, data));
    if (isState(data)) void client.invalidateQueries({ queryKey: ["jobs"] });
  });
  useEffect(() => {
    if (!unfinished) onEnd?.(job);
  }, [unfinished, job, onEnd]);
  return (
    <section className={style.job} aria-label={names.kind(job)}>
      <p className={style.facts}>
        <strong data-state={job.state}>{names.state(job)}</strong>
        <span>{[job.study && t.ofStudy(job.study), job.person, moment(job.made)].filter(Boolean).join(" · ")}</span>
        {job.began && job.ended && <span>{t.took(timeTaken(secondsBetween(job.began, job.ended), t))}</span>}
      </p>
      {unfinished && <JobProgress job={job} />}
      {job.state === "failed" && <Notice kind="problem">{job.sentence}</Notice>}
      {job.state === "cancelled" && <Notice kind="information">{job.sentence}</Notice>}
      {job.state === "done" && <JobResult job={job} />}
      {job.mine && (
        <div className={style.actions}>
          {unfinished && (
            <Button busy={change.cancel.isPending} onClick={() => ask(true)}>
              {t.cancel}
            </Button>
          )}
          {(job.state === "failed" || job.state === "cancelled") && (
            <Button kind="primary" busy={change.resume.isPending} onClick={() => change.resume.mutate()}>
              {t.resume}
            </Button>
          )}
        </div>
      )}
      <Problem of={change.cancel.error ?? change.resume.error} />
      <Curves curves={told.curves} />
      <Steps title={t.stepsDone} steps={job.progress.steps_done} />
      {unfinished && <Steps title={t.stepsLeft} steps={job.progress.steps_left} />}
      {told.lines.length > 0 && (
        <section>
          <h3>{t.log}</h3>
          <pre className={style.log} role="log">
            {told.lines.join("\n")}
          </pre>
        </section>
      )}
      {asked && (
        <Confirm
          title={t.cancelTitle}
          yes={t.cancel}
          onYes={() => {
            change.cancel.mutate();
            ask(false);
          }}
          onNo={() => ask(false)}
        >
          {t.cancelAbout}
        </Confirm>
      )}
    </section>
  );
}

/** What came of a job that is done, and where to go from there. */
export function JobResult({ job }: { job: Job }) {
  const t = useWords(words);
  const names = useJobNames();
  const result = job.result as Record<string, unknown>;
  const number = (name: string) => count(Number(result[name] ?? 0));
  const isAccount = job.kind === "ingest" && typeof result.files === "number";
  const quarantined = Number(result.quarantined ?? 0) > 0;
  return (
    <Notice
      kind={job.serious ? "warning" : "good"}
      title={job.serious ? names.state(job) : t.justDone(names.kind(job))}
    >
      {isAccount && <p>{t.account(number("archived"), number("quarantined"), number("skipped"), number("files"))}</p>}
      <p className={style.ways}>
        {(job.kind === "ingest" || job.kind === "pull") && <Link href="/archive">{t.toImages}</Link>}
        {quarantined && <Link href="/archive/quarantine">{t.toQuarantine}</Link>}
        {job.study && <Link href={`/studies/${job.study}`}>{t.toStudy}</Link>}
        {job.kind === "predict" && typeof job.about.reading === "string" && (
          <Link href={`/models/readings/${job.about.reading}`}>{t.toReading}</Link>
        )}
      </p>
    </Notice>
  );
}

function Steps({ title, steps }: { title: string; steps: readonly string[] }) {
  if (steps.length === 0) return null;
  return (
    <section className={style.steps}>
      <h3>{title}</h3>
      <ol>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}

const isState = (data: unknown): boolean =>
  typeof data === "object" && data !== null && (data as { kind?: unknown }).kind === "state";

const secondsBetween = (began: string, ended: string): number => (Date.parse(ended) - Date.parse(began)) / 1000;
