import type { Header, Window } from "./header";

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

/** How grey (0 to 255) a value is in a window (PS3.3 sections C.11.2.1.2 and C.11.2.1.3). */
export function greyOf(value: number, { center, width, shape }: Window): number {
  if (shape === "SIGMOID") return 255 / (1 + Math.exp((-4 * (value - center)) / width));
  const exact = shape === "LINEAR_EXACT";
  const middle = exact ? center : center - 0.5;
  const whole = Math.max(exact ? width : width - 1, 1e-9);
  return Math.min(255, Math.max(0, ((value - middle) / whole + 0.5) * 255));
}

/** The value that was measured at a pixel; null outside the image and for colour. */
export function measured(slice: Slice, x: number, y: number): number | null {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const { rows, columns, slope, intercept } = slice.header;
  if (slice.colour || column < 0 || row < 0 || column >= columns || row >= rows) return null;
  return (slice.stored[row * columns + column] as number) * slope + intercept;
}

const opaque = (grey: number): number => 0xff000000 | (grey << 16) | (grey << 8) | grey;

/** A table from stored value to a pixel of the screen; one a window, kept as long as the window stays. */
export function tableOf(slice: Slice, window: Window, inverted: boolean): Uint32Array | null {
  const { least, greatest, stored, header } = slice;
  if (stored instanceof Float32Array || greatest - least > 1 << 17) return null;
  const table = new Uint32Array(greatest - least + 1);
  for (let place = 0; place < table.length; place += 1) {
    const grey = Math.round(greyOf((place + least) * header.slope + header.intercept, window));
    table[place] = opaque(inverted ? 255 - grey : grey);
  }
  return table;
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
  for (let place = 0; place < count; place += 1) {
    const grey = Math.round(greyOf((stored[place] as number) * header.slope + header.intercept, window));
    into[place] = opaque(inverted ? 255 - grey : grey);
  }
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

/** The window in which an image is first seen: its own, else all of its values. */
export function firstWindow({ header, least, greatest, colour }: Slice): Window {
  const own = header.windows[0];
  if (own && !colour) return own;
  const low = least * header.slope + header.intercept;
  const high = greatest * header.slope + header.intercept;
  if (header.modality === "PT") {
    const top = header.suvPerUnit ? 7 / header.suvPerUnit : high;
    return { center: top / 2, width: Math.max(top, 1e-6), shape: "LINEAR_EXACT" };
  }
  return { center: (low + high) / 2, width: Math.max(Math.abs(high - low), 1e-6), shape: "LINEAR_EXACT" };
}
