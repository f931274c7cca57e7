export type Block =
  | { kind: "heading"; level: number; text: string }
  | { kind: "text"; text: string }
  | { kind: "list"; items: string[] }
  | { kind: "table"; head: string[]; rows: string[][] };

const cells = (line: string): string[] =>
  line
    .replace(/^\s*\||\|\s*$/g, "")
    .split("|")
    .map((cell) => cell.trim());

/** The few forms that a model's card has: headings, paragraphs, lists, tables. What is none of them is text. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const part of text.split(/\n\s*\n/)) {
    const lines = part.split("\n").filter((line) => line.trim());
    while (lines.length) {
      const heading = /^(#{1,6})\s+(.*)$/.exec(lines[0] ?? "");
      if (!heading) break;
      blocks.push({ kind: "heading", level: (heading[1] ?? "").length, text: heading[2] ?? "" });
      lines.shift();
    }
    const first = lines[0];
    if (first === undefined) continue;
    if (lines.every((line) => /^\s*[-*] /.test(line)))
      blocks.push({ kind: "list", items: lines.map((line) => line.replace(/^\s*[-*] /, "")) });
    else if (lines.length > 1 && /^\s*\|?[\s:|-]+$/.test(lines[1] ?? "") && first.includes("|"))
      blocks.push({ kind: "table", head: cells(first), rows: lines.slice(2).map(cells) });
    else blocks.push({ kind: "text", text: lines.join(" ") });
  }
  return blocks;
}
