import { describe, expect, it } from "vitest";
import { containing } from "./filtering";

const rows = ["Chest PA, Seoul", "chest LL", "흉부 CT"];
const found = (typed: string) => containing(rows, typed, (row) => [row]);

describe("filtering by typing", () => {
  it("finds every typed word anywhere, without case", () => {
    expect(found("seoul CHEST")).toEqual(["Chest PA, Seoul"]);
  });
  it("finds Korean however its letters are composed", () => {
    expect(found("흉부".normalize("NFD"))).toEqual(["흉부 CT"]);
  });
  it("leaves all rows where nothing is typed", () => {
    expect(found("  ")).toBe(rows);
  });
});
