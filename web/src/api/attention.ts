import { focusManager } from "@tanstack/react-query";

const LEFT_ALONE_MS = 10 * 60_000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "visibilitychange", "focus"] as const;

/**
 * Pages ask the server again and again only while somebody is there: a screen that was left alone asks for nothing,
 * so that the session ends as the server's settings say. The first sign of life asks for everything at once.
 */
export function watchAttention(): void {
  focusManager.setEventListener((setFocused) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heed = () => {
      clearTimeout(timer);
      const isThere = document.visibilityState === "visible";
      setFocused(isThere);
      if (isThere) timer = setTimeout(() => setFocused(false), LEFT_ALONE_MS);
    };
    heed();
    for (const sign of SIGNS) window.addEventListener(sign, heed, { passive: true, capture: true });
    return () => {
      clearTimeout(timer);
      for (const sign of SIGNS) window.removeEventListener(sign, heed, { capture: true });
    };
  });
}
