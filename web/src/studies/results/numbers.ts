const NOTHING = "—";
const MINUS = "−";

/** A number as the report prints it: a fixed count of decimals, a true minus sign, no negative zero. */
export function number(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return NOTHING;
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", MINUS);
}

/** Two limits, with "to" where one is negative. */
export function interval(low: number | null | undefined, high: number | null | undefined, digits = 2): string {
  if (low === null || low === undefined || high === null || high === undefined) return NOTHING;
  return `${number(low, digits)}${low < 0 || high < 0 ? " to " : "–"}${number(high, digits)}`;
}

export interface Estimate {
  value: number | null;
  low: number | null;
  high: number | null;
}

/** An estimate with its interval: 0.79 (0.77–0.81). */
export function estimate(found: Estimate, digits = 2): string {
  if (found.value === null) return NOTHING;
  if (found.low === null || found.high === null) return number(found.value, digits);
  return `${number(found.value, digits)} (${interval(found.low, found.high, digits)})`;
}

/** A threshold with as many digits as tell it from others. */
export const threshold = (value: number): string => String(Number(value.toPrecision(4)));

/** A p value as the report prints it. */
export function pValue(p: number | null): string {
  if (p === null) return NOTHING;
  if (p < 0.001) return "p < .001";
  if (p > 0.99) return "p > .99";
  const digits = p < 0.01 || (p >= 0.045 && p < 0.055) ? 3 : 2;
  return `p = ${p.toFixed(digits).replace("0.", ".")}`;
}
