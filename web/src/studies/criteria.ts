/** The words of a criterion `column in {A, B}` or `column == A`; null where it says something else. */
export function chosenValues(criterion: string, column: string): string[] | null {
  const escaped = column.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const several = new RegExp(`^\\s*${escaped}\\s+in\\s*\\{([^{}]*)\\}\\s*$`).exec(criterion);
  if (several) return (several[1] ?? "").split(",").map(unquoted).filter(Boolean);
  const one = new RegExp(`^\\s*${escaped}\\s*==\\s*([^&|(){}<>=]+?)\\s*$`).exec(criterion);
  return one && !/\s(and|or)\s/.test(one[1] ?? "") ? [unquoted(one[1] ?? "")] : null;
}

/** The criteria with a value of a column switched on or off; the last value that goes takes its criterion along. */
export function withValue(criteria: readonly string[], column: string, value: string): string[] {
  const place = criteria.findIndex((each) => chosenValues(each, column) !== null);
  if (place < 0) return [...criteria, written(column, [value])];
  const now = chosenValues(criteria[place] as string, column) ?? [];
  const next = now.includes(value) ? now.filter((each) => each !== value) : [...now, value];
  return criteria.flatMap((each, index) => (index !== place ? [each] : next.length ? [written(column, next)] : []));
}

function written(column: string, values: readonly string[]): string {
  const quoted = values.map((value) => (/^[A-Za-z][\w-]*$/.test(value) && !WORDS.has(value) ? value : `'${value}'`));
  return quoted.length === 1 ? `${column} == ${quoted[0]}` : `${column} in {${quoted.join(", ")}}`;
}

const WORDS = new Set(["and", "or", "not", "in", "is", "missing"]);
const unquoted = (text: string): string => text.trim().replace(/^(['"])(.*)\1$/, "$2");
