import { describe, expect, it } from "vitest";
import { thresholdSentence } from "./Thresholds";
import { words } from "./words";

describe("how a threshold came about", () => {
  it.each([
    ["given", "the one that the study gives", "직접 지정"],
    ["youden", "chosen on the validation cases (best sum", "합이 최대"],
    ["sensitivity=0.95", "(sensitivity of at least 0.95)", "민감도 0.95 이상"],
    ["specificity of curb65", "(the specificity of curb65)", "curb65와 같은 특이도"],
  ])("%s", (chosen, english, korean) => {
    expect(thresholdSentence(chosen, words.en)).toContain(english);
    expect(thresholdSentence(chosen, words.ko)).toContain(korean);
  });
  it("says nothing where there is none", () => expect(thresholdSentence("", words.en)).toBe(""));
});
