import { useSyncExternalStore } from "react";

const ASK_AGAIN_MS = 3000;
const listeners = new Set<() => void>();
let reached = true;
let asking: ReturnType<typeof setTimeout> | undefined;

function say(now: boolean): void {
  if (reached === now) return;
  reached = now;
  for (const listener of listeners) listener();
}

/** The server answered. */
export function nowReached(): void {
  clearTimeout(asking);
  asking = undefined;
  say(true);
}

/** The server did not answer: say so, and ask it quietly until it does. */
export function nowUnreached(): void {
  say(false);
  if (asking) return;
  asking = setTimeout(() => {
    asking = undefined;
    fetch("/api/session").then(nowReached, nowUnreached);
  }, ASK_AGAIN_MS);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Called when the server answers again after it was away. */
export function onReachedAgain(listener: () => void): void {
  listen(() => {
    if (reached) listener();
  });
}

/** Whether the server answered when it was last asked. */
export const useReached = (): boolean => useSyncExternalStore(listen, () => reached);
