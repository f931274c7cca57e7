/** What is blanked: x, y, width and height in pixels of the picture, counted from 0. */
export type Box = [number, number, number, number];

/** A point of the picture. */
export type Point = readonly [number, number];

/** The box between two corners, within a picture of this size; null where nothing was drawn. */
export function boxBetween(one: Point, other: Point, size: Point): Box | null {
  const [left, right] = sorted(one[0], other[0], size[0]);
  const [top, bottom] = sorted(one[1], other[1], size[1]);
  return right - left < 2 || bottom - top < 2 ? null : [left, top, right - left, bottom - top];
}

function sorted(one: number, other: number, limit: number): [number, number] {
  // Outwards, so that no pixel that was drawn over is left.
  const low = Math.floor(Math.min(one, other));
  const high = Math.ceil(Math.max(one, other));
  return [Math.max(0, Math.min(low, limit)), Math.max(0, Math.min(high, limit))];
}

/** A box moved by a key, or made larger or smaller with Shift; it never leaves the picture. */
export function withKey(box: Box, key: string, grow: boolean, step: number, size: Point): Box {
  const by: Record<string, Point> = {
    ArrowLeft: [-step, 0],
    ArrowRight: [step, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step],
  };
  const [x, y] = by[key] ?? [0, 0];
  const [left, top, width, height] = box;
  if (grow) return [left, top, within(width + x, 1, size[0] - left), within(height + y, 1, size[1] - top)];
  return [within(left + x, 0, size[0] - width), within(top + y, 0, size[1] - height), width, height];
}

const within = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), Math.max(low, high));
