/** Shapes in image coordinates: x to the right, y down, (0, 0) the corner of the first pixel (PS3.3 C.18.6.1.1). */
export type Point = [number, number];
export type Ring = Point[];
export interface Line {
  kind: "line";
  points: Point[];
}
export interface Polygon {
  kind: "polygon" | "freehand";
  rings: Ring[];
}
export interface Box {
  kind: "box";
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}
export interface Mask {
  kind: "mask";
  x: number;
  y: number;
  width: number;
  height: number;
  runs: number[];
}
export type Shape = Line | Polygon | Box | Mask;

export interface ImageSize {
  rows: number;
  columns: number;
}

export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The point, or the nearest one inside the image, in hundredths of a pixel. */
export const inside = ([x, y]: readonly [number, number], { rows, columns }: ImageSize): Point => [
  rounded(Math.min(columns, Math.max(0, x))),
  rounded(Math.min(rows, Math.max(0, y))),
];

/** A box between two corners; null where it holds nothing. */
export function boxBetween([x1, y1]: Point, [x2, y2]: Point): Box | null {
  if (Math.abs(x1 - x2) < 1 || Math.abs(y1 - y2) < 1) return null;
  return { kind: "box", x1: Math.min(x1, x2), y1: Math.min(y1, y2), x2: Math.max(x1, x2), y2: Math.max(y1, y2) };
}

/** Least x and y, greatest x and y. */
export function boundsOf(shape: Shape): [number, number, number, number] {
  if (shape.kind === "box") return [shape.x1, shape.y1, shape.x2, shape.y2];
  if (shape.kind === "mask") return [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height];
  const points = shape.kind === "line" ? shape.points : shape.rings.flat();
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** The shape moved, kept inside the image. */
export function movedBy(shape: Shape, [dx, dy]: Point, size: ImageSize): Shape {
  const [x1, y1, x2, y2] = boundsOf(shape);
  const whole = shape.kind === "mask" ? Math.round : rounded;
  const x = whole(Math.min(size.columns - x2, Math.max(-x1, dx)));
  const y = whole(Math.min(size.rows - y2, Math.max(-y1, dy)));
  const to = ([px, py]: Point): Point => [rounded(px + x), rounded(py + y)];
  if (shape.kind === "box") {
    const [left, top] = to([shape.x1, shape.y1]);
    const [right, bottom] = to([shape.x2, shape.y2]);
    return { kind: "box", x1: left, y1: top, x2: right, y2: bottom };
  }
  if (shape.kind === "mask") return { ...shape, x: shape.x + x, y: shape.y + y };
  if (shape.kind === "line") return { ...shape, points: shape.points.map(to) };
  return { ...shape, rings: shape.rings.map((ring) => ring.map(to)) };
}

/** A path with those points left out that lie nearer than `close` to the straight line (Douglas & Peucker, 1973). */
export function simplified(points: readonly Point[], close: number): Point[] {
  if (points.length < 3) return [...points];
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  let [at, farthest] = [0, -1];
  for (let place = 1; place < points.length - 1; place += 1) {
    const away = distanceTo(points[place] as Point, first, last);
    if (away > farthest) [at, farthest] = [place, away];
  }
  if (farthest <= close) return [first, last];
  return [...simplified(points.slice(0, at + 1), close).slice(0, -1), ...simplified(points.slice(at), close)];
}

/** How far a point lies from a straight piece. */
export function distanceTo([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy);
}
