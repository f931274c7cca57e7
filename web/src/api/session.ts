import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { answer, api, onSignedOut, setCsrfToken } from "./client";
import type { components } from "./schema";

export type Session = components["schemas"]["SessionState"];
export type Person = components["schemas"]["SignedIn"];
export type Right = components["schemas"]["Right"];

export const SESSION_KEY = ["session"] as const;

async function readSession(): Promise<Session> {
  const session = await answer(api.GET("/api/session"));
  setCsrfToken(session.csrf ?? "");
  return session;
}

/** Who is signed in, and how one signs in here. Asked again whenever the server says that nobody is. */
export function useSession() {
  const client = useQueryClient();
  useEffect(() => onSignedOut(() => void client.invalidateQueries({ queryKey: SESSION_KEY })), [client]);
  return useQuery({ queryKey: SESSION_KEY, queryFn: readSession, staleTime: 60_000 });
}

/** Whether the person who is signed in has a right: `const may = useRights()`, then `may("see_archive")`. */
export function useRights(): (right: Right) => boolean {
  const { data } = useSession();
  return (right) => data?.person?.rights.includes(right) ?? false;
}
