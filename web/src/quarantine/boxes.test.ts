import { describe, expect, it } from "vitest";
import { type Box, boxBetween, withKey } from "./boxes";

describe("what is blanked", () => {
  it("covers every pixel that was drawn over, in whichever direction", () => {
    expect(boxBetween([10.6, 20.2], [30.1, 40.9], [100, 100])).toEqual([10, 20, 21, 21]);
    expect(boxBetween([30.1, 40.9], [10.6, 20.2], [100, 100])).toEqual([10, 20, 21, 21]);
  });

  it("stays in the picture", () => {
    expect(boxBetween([-5, -5], [500, 50], [100, 80])).toEqual([0, 0, 100, 50]);
  });

  it("is nothing where the mouse was only pressed", () => {
    expect(boxBetween([5, 5], [5.4, 30], [100, 100])).toBeNull();
  });

  it("is moved and made larger by keys, and never leaves the picture", () => {
    const box: Box = [0, 10, 20, 30];
    expect(withKey(box, "ArrowRight", false, 5, [100, 100])).toEqual([5, 10, 20, 30]);
    expect(withKey(box, "ArrowLeft", false, 5, [100, 100])).toEqual([0, 10, 20, 30]);
    expect(withKey(box, "ArrowDown", true, 5, [100, 100])).toEqual([0, 10, 20, 35]);
    expect(withKey(box, "ArrowDown", true, 500, [100, 100])).toEqual([0, 10, 20, 90]);
    expect(withKey(box, "ArrowLeft", true, 500, [100, 100])).toEqual([0, 10, 1, 30]);
    expect(withKey(box, "a", false, 5, [100, 100])).toEqual(box);
  });
});
