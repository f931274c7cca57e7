import { useState } from "react";
import { answer, api } from "../../api/client";
import { Button, Guess, GuessText, Notice, Problem, Sentence, Skeleton } from "../../parts";
import { useWords } from "../../words";
import { taskSentence } from "../sentences";
import { aboutOf } from "../settings/about";
import { FindingsSingly } from "../settings/FindingsSingly";
import { QUESTION } from "../settings/fields";
import { Settings } from "../settings/Group";
import style from "../studies.module.css";
import { type Hand, type TaskShown, useLook } from "../study";
import { words } from "../words";

/** What is to be told: proposed in words, with why. */
export function TaskStep({ hand, next }: { hand: Hand; next: () => void }) {
  const t = useWords(words);
  const slug = hand.study.slug;
  const look = useLook(slug, ["tasks"], () =>
    answer(api.GET("/api/studies/{slug}/tasks", { params: { path: { slug } } })),
  );
  const [chosen, setChosen] = useState<number | null>(null);
  if (look.isLoading) return <Skeleton lines={3} />;
  if (!look.data) return <Problem of={look.error} onRetry={() => void look.refetch()} />;
  const tasks = look.data;
  const first = tasks[0];
  const singly = hand.canChange && hand.data.cohort?.table && <Singly hand={hand} next={next} />;
  if (!first)
    return (
      <>
        <Notice kind="warning">{t.noTasks}</Notice>
        {singly}
      </>
    );
  const asked = hand.data.task ? taskSentence(hand.data.task, t) : "";
  const at = chosen ?? (first.sure ? 0 : null);
  const task = at === null ? undefined : tasks[at];
  return (
    <>
      <p>{t.taskAsk}</p>
      {asked && (
        <p>
          <strong>{t.taken}:</strong> {asked}
        </p>
      )}
      {asked && <Horizons hand={hand} />}
      {at === null && <Notice kind="warning">{t.unsure}</Notice>}
      {task && <Proposed key={at} hand={hand} task={task} next={next} first={at === 0} />}
      {(tasks.length > 1 || at === null) && (
        <>
          <p className={style.soft}>{t.others}</p>
          <ul className={style.plain}>
            {tasks.map((other, index) =>
              index === at ? null : (
                // biome-ignore lint/suspicious/noArrayIndexKey: the order of proposals is what tells them apart.
                <li key={index}>
                  <Button kind="quiet" disabled={!hand.canChange} onClick={() => setChosen(index)}>
                    {factsSentence(other, t)}
                  </Button>
                </li>
              ),
            )}
          </ul>
        </>
      )}
      {singly}
    </>
  );
}

/** The horizons of the question that is asked, in the unit in which the study file has them. */
function Horizons({ hand }: { hand: Hand }) {
  const unit = hand.data.task?.horizons_years === undefined ? "task.horizons_days" : "task.horizons_years";
  const fields = QUESTION.filter(({ at }) => at === unit);
  return <Settings hand={hand} fields={fields} about={aboutOf(hand.data)} />;
}

/** Findings chosen from the table as it was brought. */
function Singly({ hand, next }: { hand: Hand; next: () => void }) {
  const slug = hand.study.slug;
  const name = hand.data.cohort?.table ?? "";
  const look = useLook(slug, ["table", name], () =>
    answer(api.GET("/api/studies/{slug}/tables/{name}", { params: { path: { slug, name } } })),
  );
  return look.data ? <FindingsSingly hand={hand} source={look.data.source} next={next} /> : null;
}

type Words = ReturnType<typeof useWords<(typeof words)["en"]>>;

function Proposed({ hand, task, next, first }: { hand: Hand; task: TaskShown; next: () => void; first: boolean }) {
  const t = useWords(words);
  const horizons = task.keys.horizons_days as number[] | undefined;
  const [days, setDays] = useState(String(horizons?.[0] ?? ""));
  const [positive, setPositive] = useState(String(task.keys.positive ?? ""));
  const classes = (task.facts.classes ?? []) as string[];
  const take = async () => {
    const keys: Record<string, unknown> = { ...task.keys };
    if (horizons)
      keys.horizons_days = days
        .split(",")
        .map(Number)
        .filter((day) => day > 0);
    if (positive) keys.positive = positive;
    if (await hand.take(keys, task.makings)) next();
  };
  return (
    <div className={style.card}>
      <Sentence>
        {first && `${t.iPropose} `}
        {task.kind === "survival" ? (
          <>
            {t.taskSurvival(t[task.facts.about as "event"])}{" "}
            <GuessText label={t.days} value={days} inputMode="numeric" disabled={!hand.canChange} onChange={setDays} />{" "}
            {t.days}: {columnsOf(task, t)}
            <span className={style.soft}> ({whyDays(task, t)})</span>
          </>
        ) : (
          factsSentence(task, t)
        )}
        {classes.length === 2 && (
          <>
            , {t.positiveIs}{" "}
            <Guess
              label={t.positiveIs}
              value={positive}
              disabled={!hand.canChange}
              choices={classes.map((value) => ({ value, text: value }))}
              onChoose={setPositive}
            />
          </>
        )}
        .
      </Sentence>
      {task.makings.length > 0 && (
        <p className={style.soft}>
          {t.madeColumns} {task.makings.map((making) => `“${making.new}”`).join(", ")}
        </p>
      )}
      {task.doubts.map((doubt) => (
        <Notice key={doubt} kind="warning">
          {t[`doubt_${doubt as "unit"}`]}
        </Notice>
      ))}
      {hand.canChange && (
        <div>
          <Button kind="primary" busy={hand.saving} onClick={() => void take()}>
            {t.takeTask}
          </Button>
        </div>
      )}
    </div>
  );
}

function whyDays(task: TaskShown, t: Words): string {
  return task.facts.horizon === "title" ? t.whyTitle : task.facts.horizon === "followup" ? t.whyFollowup : t.whyUsual;
}

function columnsOf(task: TaskShown, t: Words): string {
  const facts = task.facts as Record<string, string>;
  return facts.start
    ? t.survivalDates(facts.start, facts.event ?? "", facts.last ?? "")
    : t.survivalColumns(facts.time ?? "", t[`unit_${facts.unit as "days"}`], facts.event ?? "");
}

function factsSentence(task: TaskShown, t: Words): string {
  if (task.kind === "survival")
    return `${t.taskSurvival(t[task.facts.about as "event"])} ${task.facts.days} ${t.days}: ${columnsOf(task, t)}`;
  if (task.kind === "classification") {
    const label = task.facts.label as string;
    return `${t.taskClasses((task.facts.classes as string[]).length)} ${label ? t.classesColumn(label) : t.classesFolders}`;
  }
  if (task.kind === "findings") {
    const names = task.facts.findings as string[];
    return t.taskFindings(names.length, names.join(", "));
  }
  return t.taskNumber(task.facts.value as string);
}
