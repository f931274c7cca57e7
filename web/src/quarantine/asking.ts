import { answer, api } from "../api/client";
import type { components } from "../api/schema";
import type { words } from "./words";

export type Entry = components["schemas"]["EntryRow"];
export type Decision = components["schemas"]["ManyAsked"]["decision"];
type EntryPage = components["schemas"]["EntryPage"];
type Told = (typeof words)["en"];

const REASONS: Record<string, keyof Told & string> = {
  "burned-in text": "burnedIn",
  "not DICOM": "notDicom",
  "unreadable image": "unreadable",
  "not a complete DICOM image": "incomplete",
  "this kind of object cannot be cleaned yet": "notCleanedYet",
  "an identifier survived the cleaning": "survived",
  "recognisable face or body": "face",
  "same SOP Instance UID, other content": "conflict",
};

/** Why a file is in quarantine, in words. */
export function reasonIn(t: Told, reason: string): string {
  const key = REASONS[reason];
  const told = key ? t[key] : reason;
  return typeof told === "string" ? told : reason;
}

/** A page of what waits. */
export const fetchEntries = (reason: string | null, after: number | undefined): Promise<EntryPage> =>
  answer(
    api.GET("/api/quarantine", {
      params: { query: { status: "waiting", limit: 100, ...(reason ? { reason } : {}), ...(after ? { after } : {}) } },
    }),
    // openapi-fetch knows a box as numbers, not as four of them.
  ) as Promise<EntryPage>;

/** Everything that waits for one reason. */
export async function fetchAll(reason: string): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let after: number | undefined; ; ) {
    const page = await fetchEntries(reason, after);
    found.push(...page.items);
    if (page.next === null || page.next === undefined) return found;
    after = page.next;
  }
}

/** The address of an entry's picture; every look is recorded. */
export const pictureAt = (entry: string, which: "before" | "after"): string =>
  `/api/quarantine/${entry}/pictures/${which}`;
