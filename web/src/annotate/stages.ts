import type { SameWords } from "../words";
import type { words } from "./words";

const STAGES = {
  first: "stageFirst",
  second: "stageSecond",
  opinion: "stageOpinion",
  adjudication: "stageAdjudication",
  training: "stageTraining",
  accepted: "stageAccepted",
  taken_out: "stageTakenOut",
} as const satisfies Record<string, keyof typeof words.en>;

/** What a pass is called. */
export const stageWord = (stage: string): (typeof STAGES)[keyof typeof STAGES] =>
  STAGES[stage as keyof typeof STAGES] ?? "stageSecond";

/** What is to be done in a pass, as section 2.4 of the guideline has it; training is done as the pass it is for. */
export function taskOf(t: SameWords<typeof words.en>, { dataset, stage }: { dataset: string; stage: string }): string {
  if (stage === "adjudication") return t.taskAdjudication;
  const line = stage === "first" && dataset !== "PCT";
  return line ? t.taskLine : dataset === "CCT" ? t.taskPolygon : t.taskBox;
}
