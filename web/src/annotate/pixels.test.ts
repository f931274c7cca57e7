import { describe, expect, it } from "vitest";
import { areaOf, maskOf, merged, outline, painted, rasterise, subtracted, windowAround } from "./pixels";
import { movedBy, type Shape, simplified } from "./shapes";
import fixture from "./shapes.fixture.json";

const SIZE = { rows: fixture.rows, columns: fixture.columns };

function runsOf(shape: Shape | null): number[] | null {
  const mask = shape && maskOf(rasterise(shape, windowAround([shape], SIZE)));
  return mask ? [mask.x, mask.y, mask.width, mask.height, ...mask.runs] : null;
}

describe("shapes are the server's", () => {
  it.each(fixture.cases.map((one, place) => [place, one] as const))("in case %i", (_place, one) => {
    const [first, second] = [one.first as unknown as Shape, one.second as unknown as Shape];
    expect(runsOf(first)).toEqual(one.pixels);
    const both = merged(first, second, SIZE);
    expect({ kind: both?.kind, pixels: runsOf(both) }).toEqual(one.merged);
    const left = subtracted(first, second, SIZE);
    expect(left && { kind: left.kind, pixels: runsOf(left) }).toEqual(one.left);
  });
});

describe("pixels and outlines", () => {
  it("an outline holds the same pixels, with holes", () => {
    const ring = subtracted(
      {
        kind: "freehand",
        rings: [
          [
            [2, 2],
            [20, 2],
            [20, 20],
            [2, 20],
          ],
        ],
      },
      { kind: "box", x1: 6, y1: 6, x2: 10, y2: 10 },
      SIZE,
    ) as Shape;
    expect(ring.kind === "freehand" && ring.rings.length).toBe(2);
    expect(areaOf(ring, SIZE)).toBe(18 * 18 - 16);
  });

  it("a brush paints what lies within its radius and inside the image", () => {
    const mask = painted(
      [
        [0, 10],
        [20, 10],
      ],
      3,
      SIZE,
    );
    const pixels = rasterise(mask as Shape, windowAround([mask as Shape], SIZE));
    expect(mask?.x).toBe(0);
    expect(pixels.height).toBeLessThanOrEqual(8);
    expect(areaOf(mask as Shape, SIZE)).toBeGreaterThan(20 * 6);
    expect(outline(pixels)?.rings).toHaveLength(1);
  });

  it("a shape that is moved stays inside the image", () => {
    expect(movedBy({ kind: "box", x1: 1, y1: 1, x2: 5, y2: 4 }, [-9, 100], SIZE)).toEqual({
      kind: "box",
      x1: 0,
      y1: 45,
      x2: 4,
      y2: 48,
    });
  });

  it("a straight path needs two points", () => {
    expect(
      simplified(
        [
          [0, 0],
          [1, 0.05],
          [2, 0],
          [9, 0],
        ],
        0.2,
      ),
    ).toEqual([
      [0, 0],
      [9, 0],
    ]);
  });
});
