import { describe, expect, it } from "vitest";
import { findingsAsked, usualPositive } from "./findings";
import type { ColumnShown } from "./offers";
import {
  criterion,
  meant,
  placeOf,
  sharesOf,
  thresholdKeys,
  thresholdWay,
  typed,
  valueAt,
  windowKeys,
  windowsShown,
} from "./values";

describe("a typed text", () => {
  it.each([
    ["number", "128", 128],
    ["number", "0,5", 0.5],
    ["number", " ", null],
    ["number", "12 px", "12 px"],
    ["numbers", "30, 365", [30, 365]],
    ["numbers", "0.01;x", [0.01, "x"]],
    ["text", " archive ", "archive"],
    ["known", "false", false],
  ] as const)("as %s: %j", (kind, text, value) => expect(meant(kind, text)).toEqual(value));
  it("is shown as it was meant", () => expect(typed([30, 365])).toBe("30, 365"));
});

describe("a place", () => {
  it("of a reader is that reader's", () =>
    expect(placeOf({ at: "readers.training.class_balance" }, 2)).toEqual(["readers", 2, "training", "class_balance"]));
  it("that is not there has no value", () => {
    expect(valueAt({ split: { seed: 3 } }, ["split", "seed"])).toBe(3);
    expect(valueAt({ readers: [] }, ["readers", 0, "size"])).toBeUndefined();
  });
});

describe("a threshold", () => {
  it.each([
    [undefined, undefined, { way: "usual", value: "" }],
    [0.4, undefined, { way: "given", value: "0.4" }],
    [undefined, "youden", { way: "usual", value: "" }],
    [undefined, "sensitivity=0.95", { way: "sensitivity", value: "0.95" }],
    [undefined, "specificity of curb65", { way: "specificityOf", value: "curb65" }],
  ] as const)("%j and %j are found in the form", (threshold, rule, way) => {
    expect(thresholdWay(threshold, rule)).toEqual(way);
    const keys = thresholdKeys(way);
    expect(keys).toEqual({ threshold: threshold ?? null, rule: way.way === "usual" ? null : (rule ?? null) });
  });
});

describe("windows", () => {
  it.each([
    [[], { window: null, windows: null }],
    [["lung"], { window: "lung", windows: null }],
    [["-600 1500"], { window: [-600, 1500], windows: null }],
    [["lung", "40/400"], { window: null, windows: ["lung", [40, 400]] }],
  ])("%j", (shown, keys) => expect(windowKeys(shown)).toEqual(keys));
  it("are shown as names and numbers", () => {
    expect(windowsShown([-600, 1500], undefined)).toEqual(["-600 1500"]);
    expect(windowsShown(undefined, ["lung", [40, 400]])).toEqual(["lung", "40 400"]);
  });
});

describe("parts and criteria", () => {
  it("per cents become fractions", () =>
    expect(sharesOf({ train: "70", validation: "10", test: "20", other: "0" })).toEqual({
      train: 0.7,
      validation: 0.1,
      test: 0.2,
    }));
  it("columns with spaces stand in backticks", () => {
    expect(criterion("site", "==", "Seoul")).toBe("site == 'Seoul'");
    expect(criterion("촬영 일자", ">=", "2022-01-01")).toBe("`촬영 일자` >= '2022-01-01'");
  });
});

describe("findings chosen singly", () => {
  const column = (name: string, values: Record<string, number>, coding: Record<string, number> | null = null) =>
    ({ name, values, coding }) as unknown as ColumnShown;
  const plain = column("effusion", { "0": 5, "1": 3 });
  const words = column("nodule", { yes: 2, no: 4, unsure: 1 });

  it("are asked as they are where they are 0 and 1, and are made where they are words", () => {
    expect(
      findingsAsked([plain, words], {
        effusion: { label: "effusion", positive: "1" },
        nodule: { label: "Nodule", positive: "yes" },
      }),
    ).toEqual({
      keys: { kind: "findings", findings: ["effusion", "Nodule"] },
      makings: [{ new: "Nodule", how: "equals", columns: ["nodule"], numbers: { yes: 1 }, unit: "days" }],
    });
  });
  it("of the same name as their column get another one where they are made", () =>
    expect(findingsAsked([words], { nodule: { label: "nodule", positive: "yes" } }).keys.findings).toEqual([
      "nodule (0/1)",
    ]));
  it("know their positive value where it can be told", () => {
    expect(usualPositive(plain)).toBe("1");
    expect(usualPositive(column("x", { Y: 1, N: 2 }, { Y: 1, N: 0 }))).toBe("Y");
    expect(usualPositive(words)).toBe("");
  });
});
