import type { components } from "../api/schema";
import type { DroppedFile } from "../parts";
import { namesInZip } from "./zipNames";

type Numbered = components["schemas"]["ImageNumbered"];

/**
 * What the reader's own files are called, by reading and number of the image. File names may name patients: they
 * are known to this window only, as long as it is open, and are never sent back or written down.
 */
const known = new Map<string, ReadonlyMap<number, string>>();

/** Remember which image is which file. */
export async function remember(
  reading: string,
  images: readonly Numbered[],
  files: readonly DroppedFile[],
): Promise<void> {
  const inside = new Map<number, readonly string[]>();
  const names = new Map<number, string>();
  for (const { image, file, member } of images) {
    const sent = file === null ? undefined : files[file];
    if (!sent || file === null) continue;
    if (member === null) {
      names.set(image, sent.path);
      continue;
    }
    if (!inside.has(file)) inside.set(file, await namesInZip(sent.file).catch(() => []));
    names.set(image, [sent.path, inside.get(file)?.[member] ?? String(member + 1)].join(" › "));
  }
  known.set(reading, names);
}

/** The names of a reading's files, where this window sent them. */
export const namesOf = (reading: string): ReadonlyMap<number, string> | undefined => known.get(reading);

/** Forget the names of a reading that was deleted. */
export const forget = (reading: string): void => void known.delete(reading);

/** A CSV of the server with a column of file names, made here so that the server never hears of them. */
export function withNames(csv: string, names: ReadonlyMap<number, string>): string {
  // A line ends where no quoted cell is open.
  const lines = csv.replace(/^\ufeff/, "").split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const named = lines.map((line, place) => {
    if (place === 0) return `file,${line}`;
    const images = /^[\d+]+/.exec(line)?.[0].split("+") ?? [];
    return line && `${cell(images.map((image) => names.get(Number(image)) ?? "").join("; "))},${line}`;
  });
  return `\ufeff${named.join("\r\n")}`;
}

const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
