import {
  type Box,
  boundsOf,
  type ImageSize,
  type Line,
  type Mask,
  type Point,
  type Polygon,
  type Shape,
} from "./shapes";

/** Pixels of a part of an image: row by row, 1 inside. */
export interface Pixels {
  x: number;
  y: number;
  width: number;
  height: number;
  set: Uint8Array;
}

/** The first pixel whose centre is not before an edge. */
const first = (edge: number): number => Math.ceil(edge - 0.5);

/** A part of the image that holds all of these shapes. */
export function windowAround(shapes: readonly Shape[], { rows, columns }: ImageSize): Pixels {
  const all = shapes.map(boundsOf);
  const x = Math.max(0, Math.floor(Math.min(...all.map(([x1]) => x1))));
  const y = Math.max(0, Math.floor(Math.min(...all.map(([, y1]) => y1))));
  const width = Math.max(1, Math.min(columns, Math.ceil(Math.max(...all.map(([, , x2]) => x2))) + 1) - x);
  const height = Math.max(1, Math.min(rows, Math.ceil(Math.max(...all.map(([, , , y2]) => y2))) + 1) - y);
  return { x, y, width, height, set: new Uint8Array(width * height) };
}

/**
 * Set the pixels of a shape, exactly as the server does: a pixel belongs to a box or polygon when its centre lies
 * inside; a centre on an edge belongs to the right and lower side of that edge.
 */
export function rasterise(shape: Shape, into: Pixels): Pixels {
  if (shape.kind === "box") fillBox(shape, into);
  else if (shape.kind === "mask") fillMask(shape, into);
  else if (shape.kind !== "line") fillPolygon(shape, into);
  return into;
}

function fillBox(box: Box, { x, y, width, height, set }: Pixels): void {
  const left = Math.max(first(box.x1) - x, 0);
  const right = Math.min(first(box.x2) - x, width);
  for (let row = Math.max(first(box.y1) - y, 0); row < Math.min(first(box.y2) - y, height); row += 1)
    if (right > left) set.fill(1, row * width + left, row * width + right);
}

function fillPolygon(polygon: Polygon, { x, y, width, height, set }: Pixels): void {
  const turns = new Uint8Array((width + 1) * height);
  for (const ring of polygon.rings)
    ring.forEach((corner, place) => {
      let [x1, y1] = corner;
      let [x2, y2] = ring[(place + 1) % ring.length] as Point;
      if (y1 > y2) [x1, y1, x2, y2] = [x2, y2, x1, y1];
      for (let row = Math.max(first(y1), y); row < Math.min(first(y2), y + height); row += 1) {
        const at = x1 + (row + 0.5 - y1) * ((x2 - x1) / (y2 - y1));
        const column = Math.min(Math.max(Math.ceil(at - 0.5) - x, 0), width);
        const turn = (row - y) * (width + 1) + column;
        turns[turn] = (turns[turn] as number) ^ 1;
      }
    });
  for (let row = 0; row < height; row += 1)
    for (let column = 0, within = 0; column < width; column += 1) {
      within ^= turns[row * (width + 1) + column] as number;
      if (within) set[row * width + column] = 1;
    }
}

function fillMask(mask: Mask, { x, y, width, height, set }: Pixels): void {
  let place = 0;
  mask.runs.forEach((run, index) => {
    const end = place + run;
    for (; place < end; place += 1) {
      if (index % 2 === 0) continue;
      const column = mask.x + (place % mask.width) - x;
      const row = mask.y + Math.floor(place / mask.width) - y;
      if (column >= 0 && row >= 0 && column < width && row < height) set[row * width + column] = 1;
    }
  });
}

/** The pixels as run lengths in the smallest window; null where none is set. */
export function maskOf({ x, y, width, height, set }: Pixels): Mask | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1)
      if (set[row * width + column]) {
        left = Math.min(left, column);
        right = Math.max(right, column);
        top = Math.min(top, row);
        bottom = Math.max(bottom, row);
      }
  if (right < 0) return null;
  const runs: number[] = [];
  let [run, value] = [0, 0];
  for (let row = top; row <= bottom; row += 1)
    for (let column = left; column <= right; column += 1) {
      const now = set[row * width + column] as number;
      if (now === value) run += 1;
      else {
        runs.push(run);
        [run, value] = [1, now];
      }
    }
  runs.push(run);
  return { kind: "mask", x: x + left, y: y + top, width: right - left + 1, height: bottom - top + 1, runs };
}

/** Rings along the edges of pixels, holes as rings of their own; the pixels of the outline are the pixels again. */
export function outline(pixels: Pixels, kind: Polygon["kind"] = "polygon"): Polygon | null {
  const { x, y, width, height, set } = pixels;
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height ? 0 : (set[row * width + column] as number);
  const across = width + 1;
  const following = new Map<number, number[]>();
  const edge = (from: number, to: number): void => {
    const known = following.get(from);
    if (known) known.push(to);
    else following.set(from, [to]);
  };
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      if (!set[row * width + column]) continue;
      const corner = row * across + column;
      if (!at(column, row - 1)) edge(corner, corner + 1);
      if (!at(column + 1, row)) edge(corner + 1, corner + 1 + across);
      if (!at(column, row + 1)) edge(corner + 1 + across, corner + across);
      if (!at(column - 1, row)) edge(corner + across, corner);
    }
  const rings: Point[][] = [];
  for (const start of following.keys()) while (following.has(start)) rings.push(walked(following, start, across, x, y));
  return rings.length ? { kind, rings } : null;
}

/** Follow edges until the start; where two ways are open, turn right, so that corners only touch. */
function walked(following: Map<number, number[]>, start: number, across: number, x: number, y: number): Point[] {
  const ring: Point[] = [];
  let [place, step] = [start, 1];
  do {
    const ways = following.get(place) as number[];
    const right = place + turnedRight(step, across);
    const to = ways.includes(right) ? right : (ways[0] as number);
    if (ways.length === 1) following.delete(place);
    else ways.splice(ways.indexOf(to), 1);
    if (to - place !== step || ring.length === 0) ring.push([x + (place % across), y + Math.floor(place / across)]);
    step = to - place;
    place = to;
  } while (place !== start);
  const [before, head, after] = [ring.at(-1) as Point, ring[0] as Point, ring[1] as Point];
  const straight = (before[0] === head[0] && head[0] === after[0]) || (before[1] === head[1] && head[1] === after[1]);
  return straight ? ring.slice(1) : ring;
}

function turnedRight(step: number, across: number): number {
  if (step === 1) return across;
  if (step === across) return -1;
  return step === -1 ? -across : 1;
}

const like = (pixels: Pixels, shape: Shape): Shape | null =>
  shape.kind === "mask" ? maskOf(pixels) : outline(pixels, shape.kind === "freehand" ? "freehand" : "polygon");

/** Both shapes as one, of the first's kind; two boxes become the box around both. */
export function merged(one: Shape, other: Shape, size: ImageSize): Shape | null {
  if (one.kind === "box" && other.kind === "box") {
    const [x1, y1, x2, y2] = [
      Math.min(one.x1, other.x1),
      Math.min(one.y1, other.y1),
      Math.max(one.x2, other.x2),
      Math.max(one.y2, other.y2),
    ];
    return { kind: "box", x1, y1, x2, y2 };
  }
  const pixels = windowAround([one, other], size);
  rasterise(one, pixels);
  const added = rasterise(other, { ...pixels, set: new Uint8Array(pixels.set.length) });
  added.set.forEach((on, place) => {
    if (on) pixels.set[place] = 1;
  });
  return like(pixels, one);
}

/** What is left of the first without the second; null where nothing is. A box stays one where a box is left. */
export function subtracted(one: Shape, other: Shape, size: ImageSize): Shape | null {
  const pixels = rasterise(one, windowAround([one], size));
  const taken = rasterise(other, { ...pixels, set: new Uint8Array(pixels.set.length) });
  let count = 0;
  taken.set.forEach((on, place) => {
    if (on) pixels.set[place] = 0;
    count += pixels.set[place] as number;
  });
  const left = maskOf(pixels);
  if (one.kind === "box" && left && count === left.width * left.height)
    return { kind: "box", x1: left.x, y1: left.y, x2: left.x + left.width, y2: left.y + left.height };
  return like(pixels, one);
}

/** How many pixels a shape holds. */
export function areaOf(shape: Shape, size: ImageSize): number {
  return rasterise(shape, windowAround([shape], size)).set.reduce((sum, on) => sum + on, 0);
}

/** What a round brush paints along a path. */
export function painted(path: readonly Point[], radius: number, size: ImageSize): Mask | null {
  const reach: Line = {
    kind: "line",
    points: path.flatMap(([x, y]): Point[] => [
      [x - radius - 1, y - radius - 1],
      [x + radius + 1, y + radius + 1],
    ]),
  };
  const pixels = windowAround([reach], size);
  path.forEach((point, place) => {
    const before = path[place - 1] ?? point;
    stamp(pixels, before, point, radius);
  });
  return maskOf(pixels);
}

function stamp({ x, y, width, height, set }: Pixels, [x1, y1]: Point, [x2, y2]: Point, radius: number): void {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const top = Math.max(0, Math.floor(Math.min(y1, y2) - radius) - y);
  const bottom = Math.min(height, Math.ceil(Math.max(y1, y2) + radius) + 1 - y);
  const left = Math.max(0, Math.floor(Math.min(x1, x2) - radius) - x);
  const right = Math.min(width, Math.ceil(Math.max(x1, x2) + radius) + 1 - x);
  for (let row = top; row < bottom; row += 1)
    for (let column = left; column < right; column += 1) {
      const [px, py] = [column + x + 0.5 - x1, row + y + 0.5 - y1];
      const share = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      if ((px - share * dx) ** 2 + (py - share * dy) ** 2 <= radius * radius) set[row * width + column] = 1;
    }
}
