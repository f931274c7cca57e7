import { describe, expect, it } from "vitest";
import { partsSentence } from "./sentences";
import { words } from "./words";

const said = (split: Parameters<typeof partsSentence>[0]) => [
  partsSentence(split, words.en),
  partsSentence(split, words.ko),
];

describe("how the cases come into parts", () => {
  it.each([
    [undefined, "8:1:1 by patient", "환자 단위 8:1:1"],
    [{ seed: 3 }, "8:1:1 by patient", "환자 단위 8:1:1"],
    [{ parts: { test: 0.3, train: 0.7 } }, "7:3 by patient", "환자 단위 7:3"],
    [{ parts: { train: 0.75, validation: 0.15, test: 0.1 } }, "75:15:10 by patient", "환자 단위 75:15:10"],
    [{ folds: 5 }, "5 folds by patient", "환자 단위 5겹 교차검증"],
    [{ parts_column: "part" }, "parts from the column “part”", "표의 “part” 열에 따라 나눔"],
    [
      { parts_column: "구분", parts: { train: 0.8, validation: 0.1, test: 0.1 } },
      "parts from the column “구분”",
      "표의 “구분” 열에 따라 나눔",
    ],
  ])("%j is said", (split, english, korean) => expect(said(split)).toEqual([english, korean]));
});
