import { answer, api, changeHeaders, refused } from "../api/client";
import type { DroppedFile } from "../parts";

/** An upload that was begun: its id, its files, and how large a piece may be. */
export interface Upload {
  id: string;
  files: readonly DroppedFile[];
  piece: number;
}

/** Announce files to the server. */
export async function beginUpload(files: readonly DroppedFile[]): Promise<Upload> {
  const announced = files.map(({ file, path }) => ({ name: path, size: file.size }));
  const begun = await answer(api.POST("/api/imports/uploads", { body: { files: announced } }));
  return { id: begun.upload, files, piece: begun.largest_piece };
}

/** How many bytes there are in all. */
export const sizeOf = (files: readonly DroppedFile[]): number => files.reduce((sum, { file }) => sum + file.size, 0);

/**
 * Send what the server does not hold yet, piece after piece; called again after a cut it goes on from there.
 *
 * @param onCame told how many bytes the server holds
 */
export async function send(upload: Upload, onCame: (bytes: number) => void): Promise<void> {
  const path = { params: { path: { upload: upload.id } } };
  const { came } = await answer(api.GET("/api/imports/uploads/{upload}", path));
  let held = came.reduce((sum, one) => sum + one, 0);
  onCame(held);
  for (const [number, { file }] of upload.files.entries()) {
    for (let at = came[number] ?? 0; at < file.size; ) {
      const piece = file.slice(at, at + upload.piece);
      const response = await fetch(`/api/imports/uploads/${upload.id}/files/${number}?offset=${at}`, {
        method: "PUT",
        headers: { ...changeHeaders(), "Content-Type": "application/octet-stream" },
        body: piece,
      });
      await refused(response);
      at += piece.size;
      held += piece.size;
      onCame(held);
    }
  }
}
