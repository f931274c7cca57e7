import { answer, api, changeHeaders, refused } from "../api/client";
import type { DroppedFile } from "../parts";

/** Files on their way to the private place where a model reads them. */
export interface Sending {
  id: string;
  files: readonly DroppedFile[];
  piece: number;
}

/** Announce files to the server. */
export async function begin(files: readonly DroppedFile[]): Promise<Sending> {
  const announced = files.map(({ file, path }) => ({ name: path, size: file.size }));
  const begun = await answer(api.POST("/api/readings/uploads", { body: { files: announced } }));
  return { id: begun.upload, files, piece: begun.largest_piece };
}

/**
 * Send what the server does not hold yet; called again after a cut it goes on from there.
 *
 * @param onCame told how many bytes the server holds
 */
export async function send({ id, files, piece }: Sending, onCame: (bytes: number) => void): Promise<void> {
  const path = { params: { path: { upload: id } } };
  const { came } = await answer(api.GET("/api/readings/uploads/{upload}", path));
  let held = came.reduce((sum, one) => sum + one, 0);
  onCame(held);
  for (const [number, { file }] of files.entries()) {
    for (let at = came[number] ?? 0; at < file.size; ) {
      const part = file.slice(at, at + piece);
      const response = await fetch(`/api/readings/uploads/${id}/files/${number}?offset=${at}`, {
        method: "PUT",
        headers: { ...changeHeaders(), "Content-Type": "application/octet-stream" },
        body: part,
      });
      await refused(response);
      at += part.size;
      held += part.size;
      onCame(held);
    }
  }
}

/** Take back what was sent, where nothing came of it. */
export const takeBack = (upload: string) =>
  api.DELETE("/api/readings/uploads/{upload}", { params: { path: { upload } } }).catch(() => undefined);
