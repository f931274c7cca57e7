import { expect, test } from "vitest";
import { chosenValues, withValue } from "./criteria";
import { difference } from "./difference";

test("lines that stayed, went and came are told apart", () => {
  const lines = difference("a\nb\nc", "a\nx\nc\nd");
  expect(lines.map((line) => line.kind[0] + line.text)).toEqual(["sa", "gb", "nx", "sc", "nd"]);
});

test("a text that did not change has no difference", () => {
  expect(difference("a\nb", "a\nb").every((line) => line.kind === "same")).toBe(true);
});

test("a value is switched on and off in its own criterion", () => {
  const one = withValue(["age >= 18"], "modality", "CR");
  expect(one).toEqual(["age >= 18", "modality == CR"]);
  const two = withValue(one, "modality", "DX");
  expect(two).toEqual(["age >= 18", "modality in {CR, DX}"]);
  expect(withValue(withValue(two, "modality", "CR"), "modality", "DX")).toEqual(["age >= 18"]);
});

test("a value with blanks is quoted and found again", () => {
  const written = withValue([], "manufacturer", "GE MEDICAL SYSTEMS");
  expect(written).toEqual(["manufacturer == 'GE MEDICAL SYSTEMS'"]);
  expect(chosenValues(written[0] as string, "manufacturer")).toEqual(["GE MEDICAL SYSTEMS"]);
});

test("a criterion that says more is left alone", () => {
  expect(chosenValues("view == PA and age > 3", "view")).toBeNull();
  expect(chosenValues("not view == PA", "view")).toBeNull();
});
