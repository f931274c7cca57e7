import { useSyncExternalStore } from "react";
import { keep, kept } from "./kept";

export type Language = "en" | "ko";

const KEPT_AS = "hilum-language";
const listeners = new Set<() => void>();

/** The language that was chosen before, else the browser's first of the two that the workbench speaks. */
export function firstLanguage(chosen: string | null, spoken: readonly string[]): Language {
  if (chosen === "en" || chosen === "ko") return chosen;
  const known = spoken.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag === "en" || tag === "ko");
  return known === "ko" ? "ko" : "en";
}

let language: Language = firstLanguage(kept(KEPT_AS), globalThis.navigator?.languages ?? []);

function show(): void {
  if (globalThis.document) document.documentElement.lang = language;
}
show();

export const currentLanguage = (): Language => language;

/** Every text on the screen changes at once; the choice is remembered on this computer. */
export function chooseLanguage(chosen: Language): void {
  language = chosen;
  keep(KEPT_AS, chosen);
  show();
  for (const listener of listeners) listener();
}

/** Called when another language was chosen. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useLanguage = (): Language => useSyncExternalStore(onLanguage, currentLanguage);
