import { expect, test } from "vitest";
import { blocksOf } from "./markdown";

test("a card is headings, text, lists and tables", () => {
  const card = "# Model\n\nIt reads\nfilms.\n\n- one\n- two\n\n| Part | n |\n|---|---:|\n| test | 22 |\n";
  expect(blocksOf(card)).toEqual([
    { kind: "heading", level: 1, text: "Model" },
    { kind: "text", text: "It reads films." },
    { kind: "list", items: ["one", "two"] },
    { kind: "table", head: ["Part", "n"], rows: [["test", "22"]] },
  ]);
});

test("what looks like a page's code stays text", () => {
  expect(blocksOf("<img src=x onerror=alert(1)>")).toEqual([{ kind: "text", text: "<img src=x onerror=alert(1)>" }]);
});
