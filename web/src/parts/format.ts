const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** A count with its thousands apart: 5,216. Numbers are the same in both languages. */
export const count = (value: number): string => whole.format(value);

/** A size on disk in decimal units: 1.4 GB. */
export function bytes(value: number): string {
  const step = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1000 ** step;
  return `${step === 0 || scaled >= 100 ? whole.format(scaled) : scaled.toFixed(1)} ${UNITS[step]}`;
}

const two = (value: number) => String(value).padStart(2, "0");

/** A moment as the server tells it: a text of ISO 8601, or seconds since 1970. */
type Told = string | number;
const dateOf = (told: Told): Date => new Date(typeof told === "number" ? told * 1000 : told);

/** A day in the reader's own time zone, as ISO 8601 writes it: 2026-03-01. */
export function day(told: Told): string {
  const at = dateOf(told);
  if (Number.isNaN(at.getTime())) return String(told);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** A moment in the reader's own time zone, to the minute: 2026-03-01 14:05. */
export function moment(told: Told): string {
  const at = dateOf(told);
  if (Number.isNaN(at.getTime())) return String(told);
  return `${day(told)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
