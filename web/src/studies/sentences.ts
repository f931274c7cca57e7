import type { useWords } from "../words";
import { type CohortShown, nameOf, type Reader, type Split, type StudyData } from "./study";
import type { words } from "./words";

type Words = ReturnType<typeof useWords<(typeof words)["en"]>>;

/** The question of a study file in words. */
export function taskSentence(task: NonNullable<StudyData["task"]>, t: Words): string {
  const text = (key: string) => String(task[key] ?? "");
  if (task.kind === "survival" || task.event) {
    const years = task.time_years !== undefined;
    const horizons = (task.horizons_days ?? task.horizons_years ?? []) as number[];
    const unit = task.horizons_years ? t.unit_years : t.days;
    const columns = t.survivalColumns(
      years ? text("time_years") : text("time_days"),
      years ? t.unit_years : t.days,
      text("event"),
    );
    return `${t.taskSurvival(t.event)} ${horizons.join(", ")} ${unit}: ${columns}`;
  }
  if (task.kind === "findings" || task.findings) {
    const names = (task.findings ?? []) as string[];
    return t.taskFindings(names.length, names.join(", "));
  }
  if (task.kind === "regression" || task.value) return t.taskNumber(text("value"));
  const where = task.label ? t.classesColumn(text("label")) : t.classesFolders;
  return task.positive ? `${where}, ${t.positiveIs} ${text("positive")}` : where;
}

const PARTS = ["train", "validation", "test"];
const EIGHT_TO_ONE_TO_ONE = { train: 0.8, validation: 0.1, test: 0.1 };

/** How the cases come into parts, in words: by a column of the table, by folds, or by shares (8:1:1 where tenths). */
export function partsSentence(split: Split | undefined, t: Words): string {
  if (split?.parts_column) return t.partsColumn(split.parts_column);
  if (split?.folds) return t.partsFolds(split.folds);
  const parts: Record<string, number> = split?.parts ?? EIGHT_TO_ONE_TO_ONE;
  const shares = PARTS.flatMap((part) => (part in parts ? [Math.round((parts[part] ?? 0) * 100)] : []));
  const tenths = shares.every((share) => share % 10 === 0);
  return t.partsShares(shares.map((share) => (tenths ? share / 10 : share)).join(":"));
}

/**
 * A cohort in words: parts, cases, and of a time to an event who has it by each horizon, who is not followed for so
 * long, and how many rows lack an outcome.
 */
export function cohortSentence(
  shown: Pick<CohortShown, "cases" | "events" | "horizons" | "unknown">,
  split: Split | undefined,
  t: Words,
): string {
  const { cases, events, horizons, unknown } = shown;
  const said = [partsSentence(split, t), t.casesCount(cases)];
  if (horizons.length > 0) {
    const by = horizons.map(({ days, events: had }) => t.eventsBy(had, days)).join(", ");
    said.push(t.eventsThen(events ?? 0, by));
    const lost = horizons.filter((each) => each.lost > 0).map(({ days, lost: n }) => t.lostBefore(n, days));
    if (lost.length > 0) said.push(t.lostCases(lost.join(", ")));
    const other = horizons.at(-1)?.other ?? 0;
    if (other > 0) said.push(t.otherFirst(other));
  } else if (events !== null) said.push(t.positiveCount(events));
  if (unknown > 0) said.push(t.withoutOutcome(unknown));
  return said.join(" · ");
}

/** Who reads, in words. */
export function readerSentence(reader: Reader, t: Words): string {
  if (reader.model) {
    const extra =
      (reader.repeats && reader.repeats > 1 ? t.withRepeats(reader.repeats) : "") +
      (reader.budget_minutes ? t.withTime(reader.budget_minutes) : "") +
      (reader.epochs ? t.withEpochs(reader.epochs) : "");
    return t.readerModel(reader.model, extra);
  }
  if (reader.score) return t.readerScore(reader.score);
  if (reader.product) return t.readerProduct(reader.product);
  return t.readerCombined((reader.combine ?? []).join(" + "));
}

/** All readers in short, for the folded step. */
export const readersSentence = (readers: readonly Reader[]): string => readers.map(nameOf).join(" · ");
