import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { answer, api } from "../../api/client";
import { Button, GuessText, Notice, Problem, Progress, Sentence, Skeleton } from "../../parts";
import { useWords } from "../../words";
import { Pictures } from "../Pictures";
import { cohortSentence } from "../sentences";
import { aboutOf } from "../settings/about";
import { CASES, EXTERNAL, SPLIT } from "../settings/fields";
import { Group } from "../settings/Group";
import { words as settingWords } from "../settings/words";
import style from "../studies.module.css";
import { type CohortShown, type Hand, useLook } from "../study";
import { words } from "../words";

const AGAIN_MS = 1500;

/** The cohort of a study; while somebody looks at it, it is asked for again. */
export function useCohort(slug: string, enabled: boolean) {
  const look = useLook(
    slug,
    ["cohort"],
    () => answer(api.GET("/api/studies/{slug}/cohort", { params: { path: { slug } } })),
    enabled,
  );
  const shown = look.data;
  const waiting = shown?.job != null && shown.findings === null && !shown.problem;
  const { refetch } = look;
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => void refetch(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [waiting, refetch]);
  return look;
}

/** What is seen of the cohort, and what makes it another one. */
export function CohortStep({ hand, next }: { hand: Hand; next: () => void }) {
  const t = useWords(settingWords);
  const about = aboutOf(hand.data);
  return (
    <>
      <Seen hand={hand} />
      <Group hand={hand} title={t.cases} fields={CASES} about={about} />
      <Group hand={hand} title={t.split} fields={SPLIT} about={about} />
      <Group hand={hand} title={t.externalCohorts} unset={t.noExternal} fields={EXTERNAL} about={about} />
      <Next next={next} />
    </>
  );
}

function Next({ next }: { next: () => void }) {
  const t = useWords(words);
  return (
    <div>
      <Button kind="primary" onClick={next}>
        {t.close}
      </Button>
    </div>
  );
}

/** How the cohort came about, Table 1, and what speaks against it. */
function Seen({ hand }: { hand: Hand }) {
  const t = useWords(words);
  const slug = hand.study.slug;
  const client = useQueryClient();
  const look = useCohort(slug, !hand.study.problem);
  const checking = useMutation({
    mutationFn: () => answer(api.POST("/api/studies/{slug}/check", { params: { path: { slug } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["study look", slug, "cohort"] }),
  });
  const { mutate, isIdle } = checking;
  const shown = look.data;
  const unseen = shown !== undefined && !shown.problem && shown.job === null;
  useEffect(() => {
    if (unseen && isIdle) mutate();
  }, [unseen, isIdle, mutate]);
  if (hand.study.problem) return <Notice kind="warning">{hand.study.problem.sentence}</Notice>;
  if (look.isLoading) return <Skeleton lines={6} />;
  if (!shown) return <Problem of={look.error} onRetry={() => void look.refetch()} />;
  if (shown.problem) return <Notice kind="warning">{shown.problem}</Notice>;
  const split = hand.data.split;
  return (
    <>
      <Sentence>
        {cohortSentence(shown, split, t)}.
        {split?.parts_column === undefined && (
          <>
            {" "}
            {t.seed}{" "}
            <GuessText
              key={split?.seed}
              label={t.seed}
              value={String(split?.seed ?? 0)}
              inputMode="numeric"
              disabled={!hand.canChange}
              onChange={(value) =>
                /^\d{1,9}$/.test(value) && void hand.change([{ at: ["split", "seed"], value: Number(value) }])
              }
            />
            .
          </>
        )}{" "}
        {Object.entries(shown.parts)
          .map(([part, n]) => `${part} ${n.toLocaleString("en")}`)
          .join(" · ")}
      </Sentence>
      {shown.notes.map((note) => (
        <p key={note} className={style.soft}>
          {note}
        </p>
      ))}
      {shown.job !== null && shown.findings === null && <Progress label={t.looking} done={null} />}
      <Problem of={checking.error} onRetry={() => mutate()} />
      <Findings slug={slug} shown={shown} />
      <h3>{t.flow}</h3>
      <ol className={style.plain}>
        {shown.flow.map((step) => (
          <li key={step.rule}>
            {step.rule}: {t.left(step.remaining_cases, step.excluded)}
          </li>
        ))}
      </ol>
      <TableOne shown={shown} />
      {shown.findings !== null && (
        <div>
          <Button kind="quiet" onClick={() => mutate()}>
            {t.lookAgain}
          </Button>
        </div>
      )}
    </>
  );
}

const KINDS = { serious: "problem", warning: "warning", note: "information" } as const;

function Findings({ slug, shown }: { slug: string; shown: CohortShown }) {
  const t = useWords(words);
  if (shown.findings === null) return null;
  if (shown.findings.length === 0) return <Notice kind="good">{t.lookedFine}</Notice>;
  return shown.findings.map((finding) => (
    <Notice
      key={finding.code + finding.text}
      kind={KINDS[finding.level as "note"] ?? "information"}
      title={t[finding.level as "note"]}
    >
      {finding.text}
      <Pictures slug={slug} pictures={finding.pictures.map(({ key, case: name }) => ({ key, name }))} />
    </Notice>
  ));
}

function TableOne({ shown }: { shown: CohortShown }) {
  const t = useWords(words);
  const table = shown.table_one;
  if (!table) return null;
  return (
    <>
      <h3>{t.tableOne}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key. */}
      <section className={style.scroll} tabIndex={0} aria-label={t.tableOne}>
        <table>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row[0]}>
                {row.map((cell, at) =>
                  at === 0 ? (
                    <th key={table.columns[at]} scope="row">
                      {cell}
                    </th>
                  ) : (
                    <td key={table.columns[at]} data-number>
                      {cell}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
