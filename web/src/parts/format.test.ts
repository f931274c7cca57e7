import { describe, expect, it } from "vitest";
import { bytes, count, moment } from "./format";

describe("numbers as the field prints them", () => {
  it("sets thousands apart", () => expect(count(5216)).toBe("5,216"));
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [1_440_000_000, "1.4 GB"],
    [250_000_000, "250 MB"],
  ])("writes %i bytes as %s", (value, text) => expect(bytes(value)).toBe(text));
  it("writes a moment to the minute, and leaves what is none as it is", () => {
    expect(moment("2026-03-01T14:05:59")).toBe("2026-03-01 14:05");
    expect(moment("yesterday")).toBe("yesterday");
  });
});
