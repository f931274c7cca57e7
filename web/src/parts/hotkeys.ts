import { useEffect, useRef, useSyncExternalStore } from "react";

/** A key, or two one after the other (`g s`), and what it does. `ctrl+z` means the command key on a Mac as well. */
export interface Hotkey {
  keys: string;
  /** What it does, for the list that `?` shows. */
  does: string;
  run: (event: KeyboardEvent) => void;
  /** Works while a text is being typed as well. */
  whileTyping?: boolean;
}

const SEQUENCE_MS = 1200;
const groups: { current: readonly Hotkey[] }[] = [];
const listeners = new Set<() => void>();
let listed: readonly Hotkey[] = [];
let before = "";
let beforeAt = 0;

/**
 * The key as it is named in a hot key. A Korean input method gives a letter of its own for the same key of the
 * keyboard, or none; then the place of the key says which Latin letter stands there.
 */
export function keyOf(event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">) {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase();
  const latin = /^[\x20-\x7e]$/.test(event.key);
  let key = latin || !letter ? event.key : letter;
  if (key === " ") key = "space";
  if (/^[A-Z]$/.test(key)) key = key.toLowerCase();
  const held = [
    (event.ctrlKey || event.metaKey) && "ctrl",
    event.altKey && "alt",
    event.shiftKey && (letter || key.length > 1) && "shift",
  ];
  return [...held, key].filter(Boolean).join("+");
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !["button", "checkbox", "radio", "range"].includes(target.type);
}

function hear(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const key = keyOf(event);
  const now = performance.now();
  const sequence = now - beforeAt < SEQUENCE_MS ? `${before} ${key}` : key;
  const typing = isTyping(event.target);
  const dialog = document.querySelector("dialog[open]") !== null;
  const hotkeys = groups.toReversed().flatMap((group) => group.current);
  const usable = hotkeys.filter((one) => (one.whileTyping || !typing) && !(dialog && !one.whileTyping));
  const chosen = usable.find((one) => one.keys === sequence) ?? usable.find((one) => one.keys === key);
  before = typing ? "" : key;
  beforeAt = now;
  if (!chosen) return;
  event.preventDefault();
  before = "";
  chosen.run(event);
}

function announce(): void {
  const seen = new Set<string>();
  listed = groups
    .toReversed()
    .flatMap((group) => group.current)
    .filter(({ keys }) => !seen.has(keys) && seen.add(keys));
  for (const listener of listeners) listener();
}

/** Hot keys that work while the component is shown; of two the same, the one that was shown last works. */
export function useHotkeys(hotkeys: readonly Hotkey[]): void {
  const group = useRef(hotkeys);
  group.current = hotkeys;
  const names = hotkeys.map(({ keys, does }) => `${keys}=${does}`).join("\n");
  useEffect(() => {
    if (groups.length === 0) window.addEventListener("keydown", hear);
    groups.push(group);
    return () => {
      groups.splice(groups.indexOf(group), 1);
      if (groups.length === 0) window.removeEventListener("keydown", hear);
      announce();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is told again when the names change.
  useEffect(announce, [names]);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The hot keys that work now. */
export const useHotkeyList = (): readonly Hotkey[] => useSyncExternalStore(listen, () => listed);
