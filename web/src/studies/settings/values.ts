import type { Field, Kind } from "./fields";

/** A place in the study file; a reader's by its number. */
export type Place = (string | number)[];

/** Where a field stands; `readers` and `[[readers]]`'s number where it is a reader's. */
export function placeOf(field: Pick<Field, "at">, reader?: number): Place {
  const [table = "", ...keys] = field.at.split(".");
  return table === "readers" ? [table, reader ?? 0, ...keys] : [table, ...keys];
}

/** What stands at a place of a study's data; undefined where nothing does. */
export function valueAt(data: unknown, place: Place): unknown {
  return place.reduce<unknown>(
    (inside, step) =>
      typeof inside === "object" && inside !== null ? (inside as Record<string | number, unknown>)[step] : undefined,
    data,
  );
}

/** A value as a person would type it. */
export function typed(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.map(typed).join(", ") : String(value);
}

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;

/** A number that was typed; a text that is none stays a text, so that the server says what is wrong with it. */
function numbered(text: string): number | string {
  const plain = text.trim();
  return NUMBER.test(plain) ? Number(plain.replace(",", ".")) : plain;
}

/** What a typed text means to the study file; null takes the key away. */
export function meant(kind: Kind, text: string): unknown {
  const plain = text.trim();
  if (plain === "") return null;
  if (kind === "number") return numbered(plain);
  if (kind === "numbers")
    return plain
      .split(/[;,\s]\s*/)
      .filter(Boolean)
      .map(numbered);
  if (kind === "known") return plain === "true";
  return plain;
}

/** What the entry of a choice writes; the words for yes and no are no texts in the file. */
export const chosen = (value: string): unknown =>
  value === "" ? null : value === "true" ? true : value === "false" ? false : value;

/** A file's frame is a number where it was typed as one. */
export const frameMeant = (text: string): unknown => (/^\d+$/.test(text.trim()) ? Number(text) : text.trim() || null);

/** How a threshold is set, as the form has it. */
export interface ThresholdWay {
  way: "usual" | "sensitivity" | "specificity" | "sensitivityOf" | "specificityOf" | "given";
  /** A share, a reader's name or the threshold itself. */
  value: string;
}

/** A reader's `threshold` and `threshold_rule` as the form has them. */
export function thresholdWay(threshold: unknown, rule: unknown): ThresholdWay {
  if (typeof threshold === "number") return { way: "given", value: String(threshold) };
  const text = typeof rule === "string" ? rule.trim() : "";
  const share = /^(sensitivity|specificity)\s*=\s*(.*)$/.exec(text);
  if (share) return { way: share[1] as "sensitivity", value: share[2] ?? "" };
  const other = /^(sensitivity|specificity) of (.*)$/.exec(text);
  if (other) return { way: `${other[1] as "sensitivity"}Of`, value: other[2] ?? "" };
  return { way: "usual", value: "" };
}

/** What a way of the form writes as `threshold` and `threshold_rule`. */
export function thresholdKeys({ way, value }: ThresholdWay): { threshold: unknown; rule: string | null } {
  if (way === "given") return { threshold: meant("number", value), rule: null };
  if (way === "sensitivity" || way === "specificity")
    return { threshold: null, rule: `${way}=${String(meant("number", value) ?? "")}` };
  if (way === "sensitivityOf" || way === "specificityOf")
    return { threshold: null, rule: `${way === "sensitivityOf" ? "sensitivity" : "specificity"} of ${value}` };
  return { threshold: null, rule: null };
}

export const NAMED_WINDOWS = ["lung", "mediastinum", "bone", "soft tissue", "brain"] as const;

/** The windows of `[preparation]` as texts: names, and `centre width` of others. */
export function windowsShown(window: unknown, windows: unknown): string[] {
  const all = Array.isArray(windows) && windows.length > 0 ? windows : window === undefined ? [] : [window];
  return all.map((each) => (Array.isArray(each) ? each.join(" ") : String(each)));
}

/** Texts of windows as `window` where there is one and `windows` where there are several. */
export function windowKeys(shown: readonly string[]): { window: unknown; windows: unknown } {
  const all = shown.map((each) =>
    (NAMED_WINDOWS as readonly string[]).includes(each)
      ? each
      : each
          .split(/[\s/,]+/)
          .filter(Boolean)
          .map(numbered),
  );
  return { window: all.length === 1 ? all[0] : null, windows: all.length > 1 ? all : null };
}

/** A column's name in a criterion. */
export const columnWord = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``);

/** The criterion of a cohort by a value of a column, or from a day on. */
export function criterion(column: string, sign: "==" | ">=", value: string): string {
  return `${columnWord(column)} ${sign} '${value.replaceAll("'", "")}'`;
}

/** Shares in per cent as fractions that add up to 1 where they were meant to. */
export function sharesOf(percents: Record<string, string>): Record<string, unknown> {
  const parts: Record<string, unknown> = {};
  for (const [part, text] of Object.entries(percents)) {
    const value = meant("number", text);
    if (typeof value === "number" && value > 0) parts[part] = Math.round(value * 100) / 10_000;
    else if (typeof value === "string") parts[part] = value;
  }
  return parts;
}
