import type { Header, Window } from "./header";
import { lookedUp } from "./lookup";

/** Values of an image as stored; the header's slope and intercept make them what was measured. */
export type Stored = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

/** One image with its header. */
export interface Slice {
  header: Header;
  stored: Stored;
  /** Three bytes a pixel; null for grey images. */
  colour: Uint8ClampedArray | Uint8Array | null;
  least: number;
  greatest: number;
}

/** What a stored value measures (PS3.3 section C.11.1). */
export const measuredBy = ({ slope, intercept, table }: Header, stored: number): number =>
  table ? lookedUp(table, stored) : stored * slope + intercept;

/** How grey (0 to 255) a value is in a window or VOI LUT (PS3.3 sections C.11.2.1.1 to C.11.2.1.3). */
export function greyOf(value: number, { center, width, shape, table }: Window): number {
  if (table) return (lookedUp(table, value) / (2 ** table.bits - 1)) * 255;
  if (shape === "SIGMOID") return 255 / (1 + Math.exp((-4 * (value - center)) / width));
  // A width below 1, which the standard does not allow with LINEAR, is taken as exact.
  const exact = shape === "LINEAR_EXACT" || width < 1;
  const middle = exact ? center : center - 0.5;
  const whole = exact ? width : width - 1;
  if (whole === 0) return value > middle ? 255 : 0;
  return Math.min(255, Math.max(0, ((value - middle) / whole + 0.5) * 255));
}

/** The value that was measured at a pixel; null outside the image and for colour. */
export function measured(slice: Slice, x: number, y: number): number | null {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const { rows, columns } = slice.header;
  if (slice.colour || column < 0 || row < 0 || column >= columns || row >= rows) return null;
  return measuredBy(slice.header, slice.stored[row * columns + column] as number);
}

/** Whether a stored value is no part of the image. */
const isPadding = ({ padding }: Header, stored: number): boolean =>
  padding !== null && stored >= padding[0] && stored <= padding[1];

const opaque = (grey: number): number => 0xff000000 | (grey << 16) | (grey << 8) | grey;

/** A table from stored value to a pixel of the screen; one a window, kept as long as the window stays. */
export function tableOf(slice: Slice, window: Window, inverted: boolean): Uint32Array | null {
  const { least, greatest, stored, header } = slice;
  if (stored instanceof Float32Array || greatest - least > 1 << 17) return null;
  const table = new Uint32Array(greatest - least + 1);
  for (let place = 0; place < table.length; place += 1)
    table[place] = screenOf(header, place + least, window, inverted);
  return table;
}

/** A stored value as a pixel of the screen; what is no image stays black, whichever way grey is turned. */
function screenOf(header: Header, stored: number, window: Window, inverted: boolean): number {
  if (isPadding(header, stored)) return opaque(0);
  const grey = Math.round(greyOf(measuredBy(header, stored), window));
  return opaque(inverted ? 255 - grey : grey);
}

/** Draw a slice into pixels of the screen (RGBA in the order of the bytes of `ImageData`). */
export function render(slice: Slice, window: Window, inverted: boolean, into: Uint32Array): void {
  const { stored, colour, least, header } = slice;
  const count = header.rows * header.columns;
  if (colour) {
    for (let place = 0, at = 0; place < count; place += 1, at += 3)
      into[place] = 0xff000000 | ((colour[at + 2] ?? 0) << 16) | ((colour[at + 1] ?? 0) << 8) | (colour[at] ?? 0);
    return;
  }
  const table = tableOf(slice, window, inverted);
  if (table) {
    for (let place = 0; place < count; place += 1) into[place] = table[(stored[place] as number) - least] as number;
    return;
  }
  for (let place = 0; place < count; place += 1)
    into[place] = screenOf(header, stored[place] as number, window, inverted);
}

/** The least and the greatest of stored values. */
export function range(stored: Stored): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < stored.length; place += 1) {
    const value = stored[place] as number;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return least <= greatest ? [least, greatest] : [0, 0];
}

/** The least and the greatest value that an image measures, without what is no part of it. */
function measuredRange({ header, stored, least, greatest }: Slice): [number, number] {
  const values = (from: Iterable<number>): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const one of from) {
      const value = measuredBy(header, one);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high];
  };
  if (header.padding || header.table) {
    const found = values(stored.filter((one: number) => !isPadding(header, one)));
    return found[0] <= found[1] ? found : values(stored);
  }
  return values([least, greatest]);
}

/** The window in which an image is first seen: its own, else all of its values. */
export function firstWindow(slice: Slice): Window {
  const { header, colour } = slice;
  const own = header.windows[0];
  if (own && !colour) return own;
  const [low, high] = colour ? [0, 255] : measuredRange(slice);
  if (header.modality === "PT") {
    const top = header.suvPerUnit ? 7 / header.suvPerUnit : high;
    return { center: top / 2, width: Math.max(top, 1e-6), shape: "LINEAR_EXACT" };
  }
  return { center: (low + high) / 2, width: high - low || 1, shape: "LINEAR_EXACT" };
}
