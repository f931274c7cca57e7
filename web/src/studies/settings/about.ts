import type { Reader, StudyData } from "../study";

/** The words by which fields say what they are about: the task's kind, and whether there are images. */
export function aboutOf(data: StudyData): Set<string> {
  const task = data.task ?? {};
  const about = new Set<string>();
  if (task.kind === "survival" || task.event !== undefined) about.add("survival");
  else if (task.kind === "findings" || task.findings !== undefined) about.add("findings");
  else if (task.kind === "regression" || task.value !== undefined) about.add("number");
  else about.add("classes");
  if (data.cohort?.images) about.add("images");
  return about;
}

/** The same with what a reader is made from. */
export function aboutReader(data: StudyData, reader: Reader): Set<string> {
  const about = aboutOf(data);
  for (const source of ["model", "score", "product", "combine"] as const)
    if (reader[source] !== undefined) about.add(source);
  if (reader.score === "curb65") about.add("curb65");
  return about;
}
