import { describe, expect, it } from "vitest";
import { problemOf } from "./problem";
import { worthAskingAgain } from "./queries";

describe("what the server refuses", () => {
  it("keeps the sentence and the fields", () => {
    const problem = problemOf(422, { sentence: "The name is taken.", fields: { name: "taken" } });
    expect(problem.sentence).toBe("The name is taken.");
    expect(problem.fields).toEqual({ name: "taken" });
  });
  it("keeps the whole answer for pages that show more of it", () => {
    const body = { sentence: "Two lesions have no category.", defects: [{ code: "no_category" }] };
    expect(problemOf(422, body).body).toBe(body);
  });
  it.each([null, "<html>", { detail: "x" }, { sentence: 3 }])("has no sentence in %j", (body) => {
    expect(problemOf(502, body).sentence).toBe("");
  });
  it("is asked again only where it was not reached or was too busy", () => {
    expect(worthAskingAgain(9, problemOf(0, null))).toBe(true);
    expect(worthAskingAgain(0, problemOf(503, null))).toBe(true);
    expect(worthAskingAgain(0, problemOf(403, null))).toBe(false);
  });
});
