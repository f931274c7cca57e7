import { describe, expect, it } from "vitest";
import { keyOf } from "./hotkeys";

const pressed = (
  key: string,
  code: string,
  held: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", true>> = {},
) => keyOf({ key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });

describe("the name of a key", () => {
  it("is the letter, also while Korean is typed", () => {
    expect(pressed("g", "KeyG")).toBe("g");
    expect(pressed("ㅎ", "KeyG")).toBe("g");
    expect(pressed("Process", "KeyG")).toBe("g");
  });
  it("follows the letters of another Latin keyboard", () => expect(pressed("s", "Semicolon")).toBe("s"));
  it("names what is held", () => {
    expect(pressed("z", "KeyZ", { ctrlKey: true })).toBe("ctrl+z");
    expect(pressed("Z", "KeyZ", { metaKey: true, shiftKey: true })).toBe("ctrl+shift+z");
    expect(pressed("ArrowUp", "ArrowUp", { shiftKey: true })).toBe("shift+ArrowUp");
  });
  it("takes a sign as it is printed", () => {
    expect(pressed("?", "Slash", { shiftKey: true })).toBe("?");
    expect(pressed("+", "Equal", { shiftKey: true })).toBe("+");
    expect(pressed(" ", "Space")).toBe("space");
  });
});
