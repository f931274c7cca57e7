import createClient, { type Middleware } from "openapi-fetch";
import { currentLanguage } from "../shell/language";
import { ApiProblem, problemOf } from "./problem";
import { nowReached, nowUnreached } from "./reach";
import type { paths } from "./schema";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
let token = "";

/** The token of this session, which every change must carry; `useSession` sets it. */
export function setCsrfToken(value: string): void {
  token = value;
}

/** In which language the server's sentences are wanted, of a request made by `fetch` itself. */
export const languageHeader = (): Record<string, string> => ({ "Accept-Language": currentLanguage() });

/** Headers of a change made by `fetch` itself, where a file is sent or a stream is read. */
export const changeHeaders = (): Record<string, string> => ({ "X-CSRF-Token": token, ...languageHeader() });

const signedOutListeners = new Set<() => void>();

/** Called when the server says that nobody is signed in any more. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** Raise what an answer refuses; leave every other answer as it is. */
export async function refused(response: Response): Promise<void> {
  nowReached();
  if (response.ok) return;
  if (response.status === 401) for (const listener of signedOutListeners) listener();
  throw problemOf(response.status, await response.json().catch(() => null));
}

const middleware: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", currentLanguage());
    if (!SAFE.has(request.method)) request.headers.set("X-CSRF-Token", token);
  },
  onResponse({ response }) {
    return refused(response);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    nowUnreached();
    return new ApiProblem(0, "");
  },
};

/** Every route of the server, typed from its OpenAPI; throws `ApiProblem` where the server refuses. */
export const api = createClient<paths>({ baseUrl: "/" });
api.use(middleware);

/** The answer itself: `const studies = await answer(api.GET("/api/studies"))`. */
export async function answer<Data>(asked: Promise<{ data?: Data }>): Promise<NonNullable<Data>> {
  const { data } = await asked;
  return data as NonNullable<Data>;
}
