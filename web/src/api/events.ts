import { useEffect, useRef } from "react";
import { languageHeader, refused } from "./client";
import { ApiProblem } from "./problem";
import { nowUnreached } from "./reach";
import { readEvents, type ServerEvent } from "./stream";

export type { ServerEvent } from "./stream";

const ALL_WAS_TOLD = 204;
const AGAIN_MS = 1000;
const UNREACHED_MS = 3000;

/**
 * Listen to the server's events while the component is shown. Where the line is cut, the server is asked again and
 * told the last event that came, so that none is missed and none comes twice, also over a restart of the server.
 *
 * @param url the stream, or null to listen to nothing
 * @param onEvent called for every event
 */
export function useEvents(url: string | null, onEvent: (event: ServerEvent) => void): void {
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => {
    if (url === null) return;
    const end = new AbortController();
    void follow(url, (event) => latest.current(event), end.signal);
    return () => end.abort();
  }, [url]);
}

/** Follow a stream until all was told, the server refuses it, or it is ended here. */
async function follow(url: string, onEvent: (event: ServerEvent) => void, signal: AbortSignal): Promise<void> {
  let last = "";
  const hear = (event: ServerEvent) => {
    last = event.id || last;
    if (!signal.aborted) onEvent(event);
  };
  while (!signal.aborted) {
    try {
      const seen: Record<string, string> = last ? { "Last-Event-ID": last } : {};
      const response = await fetch(url, { signal, headers: { ...languageHeader(), ...seen } });
      await refused(response);
      if (response.status === ALL_WAS_TOLD || !response.body) return;
      await listen(response.body, hear);
      await wait(AGAIN_MS, signal);
    } catch (error) {
      if (signal.aborted || (error instanceof ApiProblem && error.status < 500)) return;
      if (!(error instanceof ApiProblem)) nowUnreached();
      await wait(UNREACHED_MS, signal);
    }
  }
}

async function listen(body: ReadableStream<Uint8Array>, onEvent: (event: ServerEvent) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const { events, rest } = readEvents(text + decoder.decode(value, { stream: true }));
    text = rest;
    for (const event of events) onEvent(event);
  }
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
