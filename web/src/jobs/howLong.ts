import type { useWords } from "../words";
import type { words } from "./words";

type Told = ReturnType<typeof useWords<(typeof words)["en"]>>;

/** Time that is left, in words: in minutes, since nobody needs it to the second. */
export function timeLeft(seconds: number | null | undefined, t: Told): string | undefined {
  if (seconds === null || seconds === undefined) return undefined;
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 50) return t.atOnce;
  return minutes < 90 ? t.minutesLeft(minutes) : t.hoursLeft(Math.floor(minutes / 60), minutes % 60);
}

/** How long something took. */
export function timeTaken(seconds: number, t: Told): string {
  if (seconds < 100) return t.seconds(Math.round(seconds));
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? t.minutes(minutes) : t.hours(Math.floor(minutes / 60), minutes % 60);
}
