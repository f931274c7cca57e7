import type { TaskShown } from "../study";
import type { ColumnShown } from "./offers";

/** A column as a finding: what it is called, and which value says that it is there. */
export interface Finding {
  label: string;
  positive: string;
}

/** Which value of a column says that a finding is there, as far as the server could tell. */
export function usualPositive(column: ColumnShown): string {
  const coded = Object.entries(column.coding ?? {}).find(([, number]) => number === 1)?.[0];
  return coded ?? (Object.keys(column.values).includes("1") ? "1" : "");
}

/** Whether a column can be asked for as it is: 1 and 0 alone, and called what it shall be called. */
function isPlain(column: ColumnShown, finding: Finding): boolean {
  const values = Object.keys(column.values);
  return (
    finding.label === column.name && finding.positive === "1" && values.every((value) => value === "0" || value === "1")
  );
}

/** The findings that were chosen as the question, and the columns that must be made for it. */
export function findingsAsked(
  columns: readonly ColumnShown[],
  chosen: Record<string, Finding>,
): { keys: Record<string, unknown>; makings: TaskShown["makings"] } {
  const names: string[] = [];
  const makings: TaskShown["makings"] = [];
  for (const column of columns) {
    const finding = chosen[column.name];
    if (!finding) continue;
    if (isPlain(column, finding)) {
      names.push(column.name);
      continue;
    }
    const label = finding.label.trim() === column.name ? `${column.name} (0/1)` : finding.label.trim();
    names.push(label);
    const numbers = { [finding.positive]: 1 };
    makings.push({ new: label, how: "equals", columns: [column.name], numbers, unit: "days" });
  }
  return { keys: { kind: "findings", findings: names }, makings };
}
