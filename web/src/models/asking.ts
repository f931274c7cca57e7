import type { components } from "../api/schema";
import { threshold } from "../studies/results/numbers";
import type { SameWords } from "../words";
import type { words } from "./readingWords";

export type Needs = components["schemas"]["ModelNeeds"];
export type ReadingRow = components["schemas"]["ReadingRow"];
export type ReadingShown = components["schemas"]["ReadingShown"];
export type OneReading = components["schemas"]["OneReading"];
type Told = SameWords<(typeof words)["en"]>;

/** A model in addresses. */
export interface Model {
  slug: string;
  run: string;
  reader: string;
}

export const modelAt = ({ slug, run, reader }: Model): string => `/models/${slug}/${run}/${encodeURIComponent(reader)}`;

/** What a column of readings is called. */
export function columnName(t: Told, shown: Pick<ReadingShown, "task" | "names">, column: string): string {
  if (shown.task === "regression") return t.value;
  const days = /^risk_(.+)d$/.exec(column);
  if (days) return t.riskBy(days[1] ?? "");
  if (column === "risk") return t.risk;
  return t.probability(column === "score" ? (shown.names?.at(-1) ?? "") : column.replace(/^score_/, ""));
}

/** What the frozen threshold says, in words. */
export function decisionText(t: Told, row: Pick<OneReading, "decision">): string {
  if (!row.decision) return "";
  const what = row.decision.of.join(", ");
  switch (row.decision.kind) {
    case "positive":
      return t.above(what);
    case "negative":
      return t.below(what);
    case "most_probable":
      return t.mostProbable(what);
    case "findings":
      return what ? t.findings(what) : t.noFinding;
    default:
      return t.noDecision;
  }
}

/** A number of a reading, with as many digits as tell it from others. */
export const printed = (value: number | undefined): string => (value === undefined ? "" : threshold(value));

/** An image by its number, or a case by its images; with what the reader's own window knows of it. */
export function imageName(t: Told, row: OneReading, names: ReadonlyMap<number, string> | undefined): string {
  const first = row.images[0] ?? 0;
  const number = row.images.length > 1 ? t.caseOf(first, row.images.length) : t.imageNumber(first);
  const known = names?.get(first) ?? row.archived[0];
  return known ? `${number} · ${known}` : number;
}

export const pictureAt = (reading: string, image: number, withMap = false): string =>
  `/api/readings/${reading}/pictures/${image}${withMap ? "?with_map=true" : ""}`;
