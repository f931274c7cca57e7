import type { Entry } from "./asking";

/** What is chosen, by number: files that are in quarantine for one and the same reason. */
export type Chosen = ReadonlyMap<string, Entry>;

export const NONE: Chosen = new Map();

/** The reason of what is chosen; null where nothing is. */
export const reasonOf = (chosen: Chosen): string | null => chosen.values().next().value?.reason ?? null;

/** Whether a file may be chosen beside what is chosen. */
export const fits = (chosen: Chosen, entry: Entry): boolean => chosen.size === 0 || reasonOf(chosen) === entry.reason;

/** Choose a file, or choose it no more; one of another kind changes nothing. */
export function toggled(chosen: Chosen, entry: Entry): Chosen {
  if (!fits(chosen, entry)) return chosen;
  const next = new Map(chosen);
  if (!next.delete(entry.id)) next.set(entry.id, entry);
  return next;
}

/** Choose all of these that are there for this reason, beside what is chosen already. */
export function withAll(chosen: Chosen, entries: readonly Entry[], reason: string): Chosen {
  const kept = reasonOf(chosen) === reason ? chosen : NONE;
  return new Map([...kept, ...entries.filter((one) => one.reason === reason).map((one) => [one.id, one] as const)]);
}

/** What is sent at a time, so that one sees how far it is. */
export function batches<Item>(items: readonly Item[], size: number): Item[][] {
  const found: Item[][] = [];
  for (let at = 0; at < items.length; at += size) found.push(items.slice(at, at + size));
  return found;
}
