import { describe, expect, it } from "vitest";
import { cohortSentence, partsSentence } from "./sentences";
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

describe("a cohort in words", () => {
  const horizons = [{ days: 30, events: 210, other: 0, lost: 12 }];
  it("says the events by the horizon, who was lost before it, and who has no outcome", () => {
    const shown = { cases: 996, events: 327, horizons, unknown: 4 };
    expect(cohortSentence(shown, undefined, words.en)).toBe(
      "8:1:1 by patient · 996 cases · 327 with the event, 210 of them within 30 days · not followed for so long: 12 (30 days) · 4 rows left out without an outcome",
    );
    expect(cohortSentence(shown, undefined, words.ko)).toBe(
      "환자 단위 8:1:1 · 996례 · 사건 327례, 그중 30일 이내 210례 · 추적이 그 전에 끝남: 12례(30일) · 결과가 없어 제외 4행",
    );
  });
  it("says the positive ones of two classes, and nothing of what is not there", () => {
    const shown = { cases: 48, events: 24, horizons: [], unknown: 0 };
    expect(cohortSentence(shown, undefined, words.en)).toBe("8:1:1 by patient · 48 cases · 24 positive");
    expect(cohortSentence({ ...shown, events: null }, undefined, words.en)).toBe("8:1:1 by patient · 48 cases");
  });
});
