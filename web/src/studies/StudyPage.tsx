import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { JobProgress } from "../jobs/JobProgress";
import { Button, Field, Notice, Page, Problem, Skeleton } from "../parts";
import { useHotkeys } from "../parts/hotkeys";
import { useWords } from "../words";
import { Difference } from "./Difference";
import { More } from "./More";
import { isWorking, useFinishedRun, useMaking, useRun } from "./runs";
import { type Standing, Step } from "./Step";
import { cohortSentence, readersSentence, taskSentence } from "./sentences";
import { CohortStep, useCohort } from "./steps/CohortStep";
import { ImagesStep } from "./steps/ImagesStep";
import { ReadersStep } from "./steps/ReadersStep";
import { RunStep } from "./steps/RunStep";
import { TableStep } from "./steps/TableStep";
import { TaskStep } from "./steps/TaskStep";
import style from "./studies.module.css";
import { type Hand, type Job, type Study, useStudy } from "./study";
import { TextSide } from "./TextSide";
import { words } from "./words";

const STEPS = ["question", "images", "table", "task", "cohort", "readers", "run"] as const;
type StepName = (typeof STEPS)[number];

/** A study: a page that grows downward as it is made. */
export default function StudyPage({ params }: { params: { slug: string } }) {
  const { hand, error, refetch } = useStudy(params.slug);
  const making = useMaking(params.slug);
  const t = useWords(words);
  if (!hand || making.isPending)
    return (
      <Page title={t.title} width="reading">
        {error ? <Problem of={error} onRetry={refetch} /> : <Skeleton lines={8} />}
      </Page>
    );
  return <Made key={params.slug} hand={hand} making={making.data ?? null} />;
}

function Made({ hand, making }: { hand: Hand; making: Job | null }) {
  const t = useWords(words);
  const [text, setText] = useState(hand.study.draft !== null);
  const [open, setOpen] = useState<StepName | null>(() => firstUndone(hand));
  useHotkeys([{ keys: "t", does: t.textOfStudy, run: () => setText((now) => !now) }]);
  const state = hand.study.archived ? t.isAway : hand.canChange ? (hand.saving ? t.saving : t.saved) : t.onlySee;
  const actions = (
    <>
      <Button hotkey="t" aria-pressed={text} onClick={() => setText(!text)}>
        {t.text}
      </Button>
      <More hand={hand} />
    </>
  );
  return (
    <Page
      title={hand.study.title}
      about={
        <span role="status" data-saving={hand.saving}>
          {state}
        </span>
      }
      actions={actions}
    >
      {hand.conflict && <Conflict hand={hand} now={hand.study} />}
      <Problem of={hand.problem} />
      <div className={style.beside} data-text={text || undefined}>
        {making ? <Making slug={hand.study.slug} job={making} /> : <Steps hand={hand} open={open} setOpen={setOpen} />}
        {text && <TextSide hand={hand} />}
      </div>
    </Page>
  );
}

/** The films of the study are still being made; once they are there, the study is looked at again. */
function Making({ slug, job }: { slug: string; job: Job }) {
  const t = useWords(words);
  const client = useQueryClient();
  useEffect(
    () => () => {
      for (const what of ["study", "study look", "study run"])
        void client.invalidateQueries({ queryKey: [what, slug] });
    },
    [slug, client],
  );
  return (
    <div className={style.card} role="status">
      <JobProgress job={job} />
      <p className={style.soft}>{t.filmsMade}</p>
    </div>
  );
}

interface Opened {
  hand: Hand;
  open: StepName | null;
  setOpen: (step: StepName | null) => void;
}

function Steps({ hand, open, setOpen }: Opened) {
  const t = useWords(words);
  const { data, study } = hand;
  const runnable = study.problem === null;
  const cohort = useCohort(study.slug, runnable && data.task !== undefined).data;
  const run = useRun(study.slug).data;
  const finished = useFinishedRun(study.slug).data;
  const noneHere = !run || run.state === "cancelled";
  const isDone = run?.state === "done" || (noneHere && Boolean(finished));
  const findings = cohort?.findings?.filter((finding) => finding.level !== "note").length ?? 0;
  const labelled = data.cohort?.images !== undefined && data.cohort.images !== "archive";
  const said: Record<StepName, [Standing, string, boolean]> = {
    question: ["done", data.title ?? "", true],
    images: [data.cohort?.images ? "done" : data.cohort?.table ? "done" : "waiting", imagesSentence(hand, t), true],
    table: [data.cohort?.table ? "done" : labelled && data.task ? "done" : "waiting", tableSentence(hand), true],
    task: [data.task ? "done" : "waiting", data.task ? taskSentence(data.task, t) : "", Boolean(data.cohort)],
    cohort: [
      !runnable || !cohort ? "waiting" : cohort.problem || findings ? "look" : "done",
      cohort && !cohort.problem
        ? cohortSentence(cohort, data.split, t) + (cohort.findings ? t.findingsCount(findings) : "")
        : (cohort?.problem ?? ""),
      runnable && data.task !== undefined,
    ],
    readers: [data.readers?.length ? "done" : "waiting", readersSentence(data.readers ?? []), Boolean(data.task)],
    run: [
      isDone ? "done" : run?.state === "failed" ? "look" : "waiting",
      isWorking(run) ? t.running : isDone ? t.runDone : "",
      Boolean(data.task),
    ],
  };
  const next = (step: StepName) => () => setOpen(STEPS[STEPS.indexOf(step) + 1] ?? null);
  const inside: Record<StepName, React.ReactNode> = {
    question: <Question hand={hand} next={next("question")} />,
    images: <ImagesStep hand={hand} next={next("images")} />,
    table: <TableStep hand={hand} next={next("table")} />,
    task: <TaskStep hand={hand} next={next("task")} />,
    cohort: <CohortStep hand={hand} next={next("cohort")} />,
    readers: <ReadersStep hand={hand} next={next("readers")} />,
    run: <RunStep hand={hand} cohort={cohort} />,
  };
  return (
    <ol className={style.steps}>
      {STEPS.map((step) => {
        const [standing, sentence, canOpen] = said[step];
        return (
          <Step
            key={step}
            name={t[step]}
            standing={standing}
            sentence={sentence}
            open={open === step}
            canOpen={canOpen}
            onToggle={() => setOpen(open === step ? null : step)}
          >
            {inside[step]}
          </Step>
        );
      })}
    </ol>
  );
}

function Question({ hand, next }: { hand: Hand; next: () => void }) {
  const t = useWords(words);
  const [title, setTitle] = useState(hand.data.title ?? "");
  const save = () => {
    if (title.trim() && title !== hand.data.title) void hand.change([{ at: ["title"], value: title.trim() }]);
  };
  return (
    <>
      <Field
        label={t.question}
        hint={t.questionHint}
        value={title}
        maxLength={300}
        readOnly={!hand.canChange}
        onChange={(event) => setTitle(event.target.value)}
        onBlur={save}
      />
      <div>
        <Button kind="primary" onClick={next}>
          {t.close}
        </Button>
      </div>
    </>
  );
}

function Conflict({ hand, now }: { hand: Hand; now: Study }) {
  const t = useWords(words);
  const theirs = hand.conflict?.theirs;
  if (!theirs) return null;
  const actions = (
    <>
      <Button onClick={hand.takeTheirs}>{t.takeTheirs}</Button>
      <Button kind="primary" onClick={hand.changeAgain}>
        {t.changeAgain}
      </Button>
    </>
  );
  return (
    <Notice kind="warning" title={t.conflict} action={actions}>
      {t.conflictAbout}
      <Difference before={now.text} after={theirs.text} />
    </Notice>
  );
}

type Words = ReturnType<typeof useWords<(typeof words)["en"]>>;

function imagesSentence(hand: Hand, t: Words): string {
  const { images, include, table } = hand.data.cohort ?? {};
  if (!images) return table ? t.tableAlone : "";
  const from = images === "archive" ? t.fromArchive : images.startsWith("images") ? t.uploadedFolder : images;
  return [from, ...(include ?? [])].join(" · ");
}

function tableSentence(hand: Hand): string {
  const { table, patient, image } = hand.data.cohort ?? {};
  if (!table) return "";
  return [table, patient, image].filter(Boolean).join(" · ");
}

function firstUndone(hand: Hand): StepName | null {
  const { data } = hand;
  if (!data.cohort) return "images";
  if (!data.task && !data.cohort.table) return "table";
  if (!data.task) return "task";
  if (hand.study.problem === null && !data.readers?.length) return "cohort";
  return "run";
}
