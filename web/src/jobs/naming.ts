import { useWords } from "../words";
import type { Job } from "./asking";
import { words } from "./words";

const KINDS = [
  "ingest",
  "check",
  "run",
  "report",
  "explain",
  "pull",
  "predict",
  "verify",
  "series",
  "criteria",
  "export",
  "release",
  "phantom",
] as const;
type Kind = (typeof KINDS)[number];

/** Names a job in words, and its state. */
export function useJobNames() {
  const t = useWords(words);
  const kinds: readonly string[] = KINDS;
  return {
    kind: (job: Pick<Job, "kind">) => (kinds.includes(job.kind) ? t[job.kind as Kind] : job.kind),
    state: (job: Pick<Job, "state" | "serious">) => (job.state === "done" && job.serious ? t.serious : t[job.state]),
  };
}
