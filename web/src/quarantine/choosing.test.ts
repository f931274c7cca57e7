import { describe, expect, it } from "vitest";
import type { Entry } from "./asking";
import { batches, fits, NONE, reasonOf, toggled, withAll } from "./choosing";

const entry = (id: string, reason: string): Entry => ({
  id,
  reason,
  file: null,
  detail: "",
  status: "waiting",
  at: "",
  boxes: [],
  has_picture: false,
});
const [a, b, c] = [entry("a", "burned-in text"), entry("b", "burned-in text"), entry("c", "not DICOM")];

describe("what is chosen", () => {
  it("is of one kind only", () => {
    const chosen = toggled(NONE, a);
    expect(fits(chosen, b)).toBe(true);
    expect(fits(chosen, c)).toBe(false);
    expect(toggled(chosen, c)).toBe(chosen);
    expect([...toggled(chosen, b).keys()]).toEqual(["a", "b"]);
  });

  it("is given up by choosing it again, and then any kind may follow", () => {
    const none = toggled(toggled(NONE, a), a);
    expect(reasonOf(none)).toBeNull();
    expect([...toggled(none, c).keys()]).toEqual(["c"]);
  });

  it("can be all of a kind, in place of another kind", () => {
    expect([...withAll(toggled(NONE, a), [a, b, c], "burned-in text").keys()]).toEqual(["a", "b"]);
    expect([...withAll(toggled(NONE, a), [a, b, c], "not DICOM").keys()]).toEqual(["c"]);
  });

  it("is sent in batches that hold each once", () => {
    expect(batches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(batches([], 2)).toEqual([]);
  });
});
