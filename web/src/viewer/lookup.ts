import { type Instance, items, numbers, text } from "./header";

/** A look-up table of DICOM (PS3.3 sections C.11.1.1 and C.11.2.1.1): from whole numbers to whole numbers. */
export interface LookUpTable {
  /** The input that is mapped to the first entry; what lies below or above is mapped to the first or last. */
  first: number;
  entries: Uint16Array;
  /** How many bits an output has. */
  bits: number;
  /** As the file explains it. */
  name: string;
}

/** Halves go to the even number, as in the rounding of IEEE 754. */
function rounded(value: number): number {
  const near = Math.round(value);
  return near - value === 0.5 && near % 2 !== 0 ? near - 1 : near;
}

/** What a table makes of a value. */
export function lookedUp({ first, entries }: LookUpTable, value: number): number {
  const place = rounded(value) - first;
  return entries[place < 0 ? 0 : place >= entries.length ? entries.length - 1 : place] as number;
}

/** The tables of a sequence; those that cannot be read are left out. */
export function tablesOf(value: unknown, signed: boolean, little = true): LookUpTable[] {
  return items(value).flatMap((item) => {
    const found = tableOf(item, signed, little);
    return found ? [found] : [];
  });
}

function tableOf(item: Instance, signed: boolean, little: boolean): LookUpTable | null {
  const [wished, start, depth] = numbers(item.LUTDescriptor);
  if (wished === undefined || start === undefined || depth === undefined) return null;
  const count = wished & 0xffff || 65536; // 0 stands for 65536
  const entries = entriesOf(item.LUTData, count, little);
  if (!entries) return null;
  const highest = entries.reduce((one, other) => Math.max(one, other), 0);
  const first = signed && start > 0x7fff ? start - 0x10000 : start;
  return { first, entries, bits: Math.max(depth, 32 - Math.clz32(highest)), name: text(item.LUTExplanation) };
}

function entriesOf(value: unknown, count: number, little: boolean): Uint16Array | null {
  const packed = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (packed instanceof ArrayBuffer || ArrayBuffer.isView(packed)) {
    const bytes = packed instanceof ArrayBuffer ? new DataView(packed) : viewOf(packed);
    const narrow = count > 1 && (bytes.byteLength === count || bytes.byteLength === count + 1);
    if (!narrow && bytes.byteLength < count * 2) return null;
    return Uint16Array.from({ length: count }, (_, place) =>
      narrow ? bytes.getUint8(place) : bytes.getUint16(place * 2, little),
    );
  }
  const found = numbers(value);
  return found.length < count ? null : Uint16Array.from(found.slice(0, count), (one) => one & 0xffff);
}

const viewOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): DataView =>
  new DataView(buffer, byteOffset, byteLength);
