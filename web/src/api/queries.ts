import { QueryClient } from "@tanstack/react-query";
import { onLanguage } from "../shell/language";
import { ApiProblem } from "./problem";
import { onReachedAgain } from "./reach";

const LONGEST_WAIT_MS = 8000;

/** Whether asking again can help: the server was not reached, or was too busy; never after it refused. */
export function worthAskingAgain(failures: number, error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return failures < 2;
  return error.status === 0 || (error.status === 503 && failures < 3);
}

/** What the pages know of the server. An answer is shown at once and checked again behind it. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: worthAskingAgain,
      retryDelay: (failures) => Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures),
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

// What could not be asked while the server was away is asked at once, and what is shown may be old by now.
onReachedAgain(() => void queries.invalidateQueries());
// The server's sentences are asked for again in the language that was chosen.
onLanguage(() => void queries.invalidateQueries());
