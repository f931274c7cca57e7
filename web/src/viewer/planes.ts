import type { Header, Triple } from "./header";
import { measuredBy, type Slice, type Stored } from "./pixels";
import type { Stack } from "./stack";

export type PlaneName = "axial" | "coronal" | "sagittal";

/** Slices of one even volume, in the order of their places along the normal. */
export interface Volume {
  slices: readonly Slice[];
  columns: number;
  rows: number;
  /** Where the first pixel of the first slice lies, and one step along row, column and normal. */
  origin: Triple;
  steps: readonly [Triple, Triple, Triple];
}

export const dot = (one: Triple, other: Triple): number => one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
export const cross = (one: Triple, other: Triple): Triple => [
  one[1] * other[2] - one[2] * other[1],
  one[2] * other[0] - one[0] * other[2],
  one[0] * other[1] - one[1] * other[0],
];
export const times = (one: Triple, by: number): Triple => [one[0] * by, one[1] * by, one[2] * by];
export const plus = (one: Triple, other: Triple): Triple => [one[0] + other[0], one[1] + other[1], one[2] + other[2]];
export const minus = (one: Triple, other: Triple): Triple => plus(one, times(other, -1));

/** The volume of slices; null where they are no even volume, so that no plane is shown that was not measured. */
export function volumeOf(slices: readonly Slice[]): Volume | null {
  const first = slices[0]?.header;
  if (!first?.orientation || !first.spacing || slices.length < 3) return null;
  const [row, column] = first.orientation;
  const normal = cross(row, column);
  const place = ({ header }: Slice): number => (header.position ? dot(header.position, normal) : Number.NaN);
  const alike = slices.every(
    ({ header, colour }) =>
      !colour &&
      header.rows === first.rows &&
      header.columns === first.columns &&
      header.orientation &&
      dot(header.orientation[0], row) > 0.999 &&
      dot(header.orientation[1], column) > 0.999,
  );
  const ordered = [...slices].sort((one, other) => place(one) - place(other));
  const places = ordered.map(place);
  const distance = ((places.at(-1) as number) - (places[0] as number)) / (places.length - 1);
  const even = places.every((at, index) => Math.abs(at - (places[0] as number) - index * distance) < 0.1 * distance);
  if (!alike || !(distance > 0) || !even) return null;
  const head = (ordered[0] as Slice).header.position as Triple;
  const tail = (ordered.at(-1) as Slice).header.position as Triple;
  return {
    slices: ordered,
    columns: first.columns,
    rows: first.rows,
    origin: head,
    steps: [
      times(row, first.spacing[1]),
      times(column, first.spacing[0]),
      times(minus(tail, head), 1 / (slices.length - 1)),
    ],
  };
}

const length = (one: Triple): number => Math.sqrt(dot(one, one));
const unit = (one: Triple): Triple => times(one, 1 / length(one));

/** Which plane of the body has this normal. */
export function planeName(normal: Triple): PlaneName {
  const sizes = normal.map(Math.abs);
  const strongest = sizes.indexOf(Math.max(...sizes));
  return (["sagittal", "coronal", "axial"] as const)[strongest] as PlaneName;
}

/** Across the slices of a volume: `row` fixes a row of the slices, `column` a column. */
export type Cut = "row" | "column";

/** A plane across the slices, the first slice below or above so that the head is up. */
export function cutThrough(volume: Volume, cut: Cut, at: number): Slice {
  const { slices, columns, rows, steps, origin } = volume;
  const first = slices[0] as Slice;
  const same = slices.every(
    ({ header, stored }) =>
      !header.table &&
      header.slope === first.header.slope &&
      header.intercept === first.header.intercept &&
      stored.constructor === first.stored.constructor,
  );
  const width = cut === "row" ? columns : rows;
  const height = slices.length;
  const upside = steps[2][2] > 0;
  const stored = same
    ? new (first.stored.constructor as new (size: number) => Stored)(width * height)
    : new Float32Array(width * height);
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  slices.forEach((slice, index) => {
    const line = upside ? height - 1 - index : index;
    const measures = (value: number): number => (same ? value : measuredBy(slice.header, value));
    for (let place = 0; place < width; place += 1) {
      const from = cut === "row" ? at * columns + place : place * columns + at;
      stored[line * width + place] = measures(slice.stored[from] as number);
    }
    least = Math.min(least, measures(slice.least));
    greatest = Math.max(greatest, measures(slice.greatest));
  });
  const along = cut === "row" ? steps[0] : steps[1];
  const down = upside ? times(steps[2], -1) : steps[2];
  const start = plus(origin, times(cut === "row" ? steps[1] : steps[0], at));
  const header: Header = {
    ...first.header,
    columns: width,
    rows: height,
    spacing: [length(steps[2]), length(along)],
    position: upside ? plus(start, times(steps[2], height - 1)) : start,
    orientation: [unit(along), unit(down)],
    ...(same ? {} : { slope: 1, intercept: 0, table: null, padding: null }),
  };
  return { header, stored, colour: null, least, greatest };
}

/** The planes across a series as a stack of their own. */
export class PlaneStack implements Stack {
  readonly count: number;
  readonly name: PlaneName;
  private readonly made = new Map<number, Slice>();

  constructor(
    readonly key: string,
    readonly volume: Volume,
    readonly cut: Cut,
  ) {
    this.count = cut === "row" ? volume.rows : volume.columns;
    this.name = planeName(unit(cut === "row" ? volume.steps[1] : volume.steps[0]));
  }

  get(index: number): Slice {
    let slice = this.made.get(index);
    if (!slice) {
      if (this.made.size > 64) this.made.clear();
      slice = cutThrough(this.volume, this.cut, index);
      this.made.set(index, slice);
    }
    return slice;
  }

  want(index: number): Promise<Slice> {
    return Promise.resolve(this.get(index));
  }

  loaded(): number {
    return this.count;
  }

  listen(): () => void {
    return () => undefined;
  }
}

/** Where a point of an image lies in the patient; (0.5, 0.5) is the centre of its first pixel. */
export function inPatient(header: Header, [x, y]: readonly [number, number]): Triple | null {
  const { position, orientation, spacing } = header;
  if (!position || !orientation || !spacing) return null;
  return plus(
    position,
    plus(times(orientation[0], (x - 0.5) * spacing[1]), times(orientation[1], (y - 0.5) * spacing[0])),
  );
}

/** Where a point of the patient lies in an image: column, row, and millimetres in front of it. */
export function inImage(header: Header, point: Triple): [number, number, number] | null {
  const { position, orientation, spacing } = header;
  if (!position || !orientation || !spacing) return null;
  const from = minus(point, position);
  return [
    dot(from, orientation[0]) / spacing[1] + 0.5,
    dot(from, orientation[1]) / spacing[0] + 0.5,
    dot(from, cross(orientation[0], orientation[1])),
  ];
}

/** Coordinates of a point of the patient in a volume: column, row, slice, counted from centres. */
export function inVolume(volume: Volume, point: Triple): [number, number, number] {
  const from = minus(point, volume.origin);
  const [along, down, through] = volume.steps;
  const normal = cross(along, down);
  const deep = dot(from, normal) / dot(through, normal);
  const flat = minus(from, times(through, deep));
  return [dot(flat, along) / dot(along, along), dot(flat, down) / dot(down, down), deep];
}
