import { describe, expect, it } from "vitest";
import { heard, NOTHING_TOLD, type Told } from "./told";

const hear = (events: object[], before: Told = NOTHING_TOLD) => events.reduce(heard, before);
const point = (n: number, repeat: number, epoch: number, value: number) => ({
  n,
  kind: "curve",
  reader: "small_cnn",
  repeat,
  epoch,
  name: "auroc",
  value,
});

describe("what a job's events tell", () => {
  it("keeps lines in their order", () => {
    const told = hear([
      { n: 1, kind: "line", text: "one" },
      { n: 2, kind: "line", text: "two" },
    ]);
    expect(told.lines).toEqual(["one", "two"]);
  });

  it("hears every event once, however often it comes", () => {
    const events = [point(1, 1, 1, 0.5), { n: 2, kind: "line", text: "one" }];
    expect(hear([...events, ...events])).toEqual(hear(events));
  });

  it("puts points in the order of epochs, one curve a repeat", () => {
    const { curves } = hear([point(1, 2, 1, 0.4), point(2, 1, 2, 0.7), point(3, 1, 1, 0.6), point(4, 1, 2, 0.8)]);
    expect(curves.map(({ repeat, points }) => [repeat, points])).toEqual([
      [
        1,
        [
          [1, 0.6],
          [2, 0.8],
        ],
      ],
      [2, [[1, 0.4]]],
    ]);
  });

  it("takes the whole curve of a finished training, of what was shown live", () => {
    const points = [
      { epoch: 1, loss: 0.9, validation_loss: 0.8, validation_auroc: 0.61 },
      { epoch: 2, loss: 0.7, validation_loss: 0.6, validation_auroc: 0.72 },
    ];
    const { curves } = hear([point(1, 1, 1, 0.6), { n: 2, kind: "history", reader: "small_cnn", repeat: 1, points }]);
    expect(curves).toEqual([
      {
        reader: "small_cnn",
        repeat: 1,
        name: "auroc",
        points: [
          [1, 0.61],
          [2, 0.72],
        ],
      },
    ]);
  });

  it("lets nothing in that is no event", () => {
    expect(hear([{}, { n: "x" }])).toEqual(NOTHING_TOLD);
    expect(heard(NOTHING_TOLD, "text")).toBe(NOTHING_TOLD);
  });
});
