import { count } from "../parts/format";
import { Progress } from "../parts/Progress";
import { useWords } from "../words";
import type { Job } from "./asking";
import { timeLeft } from "./howLong";
import { useJobNames } from "./naming";
import { words } from "./words";

/** How far a job is: what is done now, how much of it, and how long it still takes. */
export function JobProgress({ job }: { job: Job }) {
  const t = useWords(words);
  const names = useJobNames();
  const { now, detail, done, total, seconds_left } = job.progress;
  if (job.state === "waiting") return <Progress label={names.state(job)} done={0} />;
  const far = total > 0 ? t.ofTotal(count(done), count(total)) : "";
  const label = [now || names.kind(job), detail, far].filter(Boolean).join(" · ");
  return <Progress label={label} done={total > 0 ? done / total : null} left={timeLeft(seconds_left, t)} />;
}
