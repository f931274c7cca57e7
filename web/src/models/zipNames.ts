const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LONGEST_END = 22 + 0xffff;
const UTF8 = 1 << 11;
const LARGEST_DIRECTORY = 64 << 20;

/**
 * The names in a ZIP file, in the order of its directory (PKWARE APPNOTE 4.3.12, 4.3.16), so that the reader's own
 * browser can say which image is which; none where the directory has another form.
 */
export async function namesInZip(file: Blob): Promise<string[]> {
  const tail = new DataView(await file.slice(Math.max(0, file.size - LONGEST_END)).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end -= 1;
  if (end < 0) return [];
  const size = tail.getUint32(end + 12, true);
  const start = tail.getUint32(end + 16, true);
  if (size > LARGEST_DIRECTORY || start + size > file.size) return [];
  return namesInDirectory(new DataView(await file.slice(start, start + size).arrayBuffer()));
}

function namesInDirectory(directory: DataView): string[] {
  const names: string[] = [];
  let at = 0;
  while (at + 46 <= directory.byteLength && directory.getUint32(at, true) === ENTRY_SIGNATURE) {
    const [name, extra, comment] = [28, 30, 32].map((place) => directory.getUint16(at + place, true)) as [
      number,
      number,
      number,
    ];
    const bytes = new Uint8Array(directory.buffer, directory.byteOffset + at + 46, name);
    names.push(decoded(bytes, (directory.getUint16(at + 8, true) & UTF8) !== 0));
    at += 46 + name + extra + comment;
  }
  return names;
}

/** Without the mark of UTF-8, names of Korean computers are in their own code page. */
function decoded(bytes: Uint8Array, marked: boolean): string {
  if (marked) return new TextDecoder().decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("euc-kr").decode(bytes);
  }
}
