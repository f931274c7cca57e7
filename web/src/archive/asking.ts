import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";

export type Statistics = components["schemas"]["Statistics"];
export type ArchiveRow = components["schemas"]["ArchiveRow"];
export type Level = "patients" | "studies" | "series";

/** The filters of a list; what is left out meets everything. */
export interface Filters {
  modality?: string;
  view?: string;
  class?: string;
  dataset?: string;
  sex?: string;
}
export const FILTERS = ["modality", "view", "class", "dataset", "sex"] as const;

/** How much the archive holds. */
export function useStatistics() {
  return useQuery({ queryKey: ["archive", "statistics"], queryFn: () => answer(api.GET("/api/archive/statistics")) });
}

/** The values of the filters. */
export function useChoices() {
  return useQuery({ queryKey: ["archive", "choices"], queryFn: () => answer(api.GET("/api/archive/choices")) });
}

/** A page of patients, studies or series. */
export function fetchRows(level: Level, filters: Filters, text: string, after: number | undefined, patient?: string) {
  const chosen = Object.fromEntries(
    Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value]]])),
  );
  const query = {
    ...chosen,
    ...(patient ? { patient: [patient] } : {}),
    text,
    limit: 100,
    ...(after ? { after } : {}),
  };
  return answer(api.GET("/api/archive/{level}", { params: { path: { level }, query } }));
}

/** The address of a small picture of an image. */
export const pictureAt = (image: string, size: 64 | 128 | 256 | 512): string =>
  `/api/archive/thumbnails/picture?image=${encodeURIComponent(image)}&size=${size}`;
