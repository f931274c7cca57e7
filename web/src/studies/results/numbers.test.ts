import { expect, test } from "vitest";
import { estimate, interval, number, pValue, threshold } from "./numbers";

test("numbers are printed as in the report", () => {
  expect([number(0.8), number(-0.001), number(null), number(-0.25)]).toEqual(["0.80", "0.00", "—", "−0.25"]);
  expect([interval(0.77, 0.81), interval(-0.02, 0.2)]).toEqual(["0.77–0.81", "−0.02 to 0.20"]);
  expect(estimate({ value: 0.79, low: 0.77, high: 0.81 })).toBe("0.79 (0.77–0.81)");
  expect(estimate({ value: 0.5, low: null, high: null })).toBe("0.50");
});

test("p is never 0 and never 1", () => {
  expect([pValue(0.0004), pValue(0.004), pValue(0.03), pValue(0.048), pValue(0.996), pValue(0.5)]).toEqual([
    "p < .001",
    "p = .004",
    "p = .03",
    "p = .048",
    "p > .99",
    "p = .50",
  ]);
});

test("thresholds keep the digits that tell them apart", () => {
  expect([threshold(0.30342104689666904), threshold(50), threshold(0.00012345)]).toEqual(["0.3034", "50", "0.0001234"]);
});
