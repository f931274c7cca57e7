import { useSyncExternalStore } from "react";
import { keep, kept } from "./kept";

export type Theme = "system" | "light" | "dark";

const KEPT_AS = "hilum-theme";
const DARK = "(prefers-color-scheme: dark)";
const listeners = new Set<() => void>();

function first(): Theme {
  const chosen = kept(KEPT_AS);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

function show(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

let theme: Theme = first();
show(theme);

/** Light, dark, or as the computer is set; remembered on this computer. */
export function chooseTheme(chosen: Theme): void {
  theme = chosen;
  keep(KEPT_AS, chosen === "system" ? null : chosen);
  show(chosen);
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  const system = matchMedia(DARK);
  system.addEventListener("change", listener);
  listeners.add(listener);
  return () => {
    system.removeEventListener("change", listener);
    listeners.delete(listener);
  };
}

export const useTheme = (): Theme => useSyncExternalStore(listen, () => theme);

const isDark = (): boolean => (theme === "system" ? matchMedia(DARK).matches : theme === "dark");

/** Whether the screen is dark now, by choice or by the computer's setting. */
export const useIsDark = (): boolean => useSyncExternalStore(listen, isDark);
