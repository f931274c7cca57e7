import { changeHeaders, refused } from "../api/client";
import type { DroppedFile } from "../parts";

const AT_ONCE_BYTES = 20_000_000;
const AT_ONCE = 100;

export const isPicture = ({ file }: DroppedFile): boolean => /\.(png|jpe?g|dcm)$/i.test(file.name);

/**
 * Bring pictures into a folder beside a study, a part at a time.
 *
 * @param below A folder inside it for all of them; the folder that was dropped is none itself.
 * @returns How many the server refused.
 */
export async function bringPictures(
  slug: string,
  into: string,
  pictures: DroppedFile[],
  tell: (done: number, refusedFiles: number) => void,
  below = "",
): Promise<number> {
  let done = 0;
  let notTaken = 0;
  for (const part of parts(pictures)) {
    tell(done, notTaken);
    notTaken += await sendPart(slug, into, part, below);
    done += part.length;
  }
  tell(done, notTaken);
  return notTaken;
}

/** Files in parts that one request can carry. */
function parts(files: DroppedFile[]): DroppedFile[][] {
  const found: DroppedFile[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const each of files) {
    if (size + each.file.size > AT_ONCE_BYTES || (found.at(-1)?.length ?? 0) >= AT_ONCE) {
      found.push([]);
      size = 0;
    }
    found.at(-1)?.push(each);
    size += each.file.size;
  }
  return found;
}

async function sendPart(slug: string, into: string, part: DroppedFile[], below: string): Promise<number> {
  const form = new FormData();
  form.append("into", into);
  for (const { file, path } of part) {
    // The folder that was brought is not a label itself; what lies below it is.
    const inside = path.split("/").length > 1 ? path.split("/").slice(1).join("/") : path;
    form.append("paths", below ? `${below}/${inside}` : inside);
    form.append("files", file, "image");
  }
  const response = await fetch(`/api/studies/${slug}/images`, { method: "POST", body: form, headers: changeHeaders() });
  await refused(response);
  return ((await response.json()) as { refused: number }).refused;
}

/** Bring a table beside the study; its name there. */
export async function bringTable(slug: string, file: File): Promise<string> {
  const form = new FormData();
  form.append("file", file);
  const response = await fetch(`/api/studies/${slug}/tables`, { method: "POST", body: form, headers: changeHeaders() });
  await refused(response);
  return ((await response.json()) as { name: string }).name;
}
