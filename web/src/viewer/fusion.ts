import type { Header, Triple } from "./header";
import { measuredBy, type Slice } from "./pixels";
import { inPatient, inVolume, minus, times, type Volume } from "./planes";

/** A value between the voxels of a volume, in what was measured; null outside. */
export function sampled(volume: Volume, [x, y, z]: readonly [number, number, number]): number | null {
  const { columns, rows, slices } = volume;
  if (x < -0.5 || y < -0.5 || z < -0.5 || x > columns - 0.5 || y > rows - 0.5 || z > slices.length - 0.5) return null;
  const low = [clamp(x, columns), clamp(y, rows), clamp(z, slices.length)] as const;
  const from = low.map(Math.floor) as [number, number, number];
  let sum = 0;
  for (let corner = 0; corner < 8; corner += 1) {
    let weight = 1;
    const at = from.map((start, axis) => {
      const up = (corner >> axis) & 1;
      const part = (low[axis] as number) - start;
      weight *= up ? part : 1 - part;
      return start + up;
    }) as [number, number, number];
    if (weight === 0) continue;
    const slice = slices[at[2]] as Slice;
    sum += weight * measuredBy(slice.header, slice.stored[at[1] * columns + at[0]] as number);
  }
  return sum;
}

const clamp = (value: number, count: number): number => Math.min(Math.max(value, 0), count - 1);

/** A colour of hot metal for a share from 0 to 1: black, red, yellow, white. */
export function hot(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * 3;
  return [Math.min(1, at) * 255, Math.min(1, Math.max(0, at - 1)) * 255, Math.min(1, Math.max(0, at - 2)) * 255];
}

/**
 * What a PET volume shows in the plane of another image, as transparent colour over the whole of that image.
 *
 * @param top the value that is shown white
 * @param opacity 0 to 1
 */
export function fusedOver(header: Header, volume: Volume, top: number, opacity: number, most = 256): ImageData | null {
  const corner = inPatient(header, [0, 0]);
  const right = inPatient(header, [header.columns, 0]);
  const down = inPatient(header, [0, header.rows]);
  if (!corner || !right || !down) return null;
  const width = Math.min(most, header.columns);
  const height = Math.min(most, header.rows);
  const made = new ImageData(width, height);
  const start = inVolume(volume, corner);
  const across = times(minus(inVolume(volume, right), start), 1 / width);
  const below = times(minus(inVolume(volume, down), start), 1 / height);
  for (let row = 0, at = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1, at += 4) {
      const place: Triple = [
        start[0] + across[0] * (column + 0.5) + below[0] * (row + 0.5),
        start[1] + across[1] * (column + 0.5) + below[1] * (row + 0.5),
        start[2] + across[2] * (column + 0.5) + below[2] * (row + 0.5),
      ];
      const value = sampled(volume, place);
      if (value === null) continue;
      const share = Math.min(1, Math.max(0, value / top));
      [made.data[at], made.data[at + 1], made.data[at + 2]] = hot(share);
      made.data[at + 3] = 255 * opacity * Math.min(1, share * 4);
    }
  return made;
}
