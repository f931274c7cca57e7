/** A text as one looks for it: without case, and Korean in one form however it was typed. */
function plain(text: string): string {
  return text.normalize("NFKC").toLocaleLowerCase();
}

/** The rows in which every typed word stands somewhere. */
export function containing<Row>(
  rows: readonly Row[],
  typed: string,
  texts: (row: Row) => readonly string[],
): readonly Row[] {
  const sought = plain(typed).split(/\s+/).filter(Boolean);
  if (sought.length === 0) return rows;
  return rows.filter((row) => {
    const text = plain(texts(row).join("\n"));
    return sought.every((word) => text.includes(word));
  });
}
