import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api, setCsrfToken } from "../api/client";
import { SESSION_KEY } from "../api/session";

const BACK = "hilum-back";

/** Sign in. Nothing that another person saw stays in the browser's memory; the address stays, and is opened. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; password: string }) => answer(api.POST("/api/session", { body })),
    onSuccess: (session) => {
      setCsrfToken(session.csrf ?? "");
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
      client.setQueryData(SESSION_KEY, session);
    },
  });
}

/** Sign out; the first page is loaded anew, so that nothing that was seen stays in the browser's memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/session");
    },
    onSuccess: () => location.assign("/"),
  });
}

/** Go to the provider that signs people in, and remember where one was. */
export function goToProvider(): void {
  sessionStorage.setItem(BACK, location.pathname + location.search);
  location.assign("/api/session/oidc/start");
}

/** Where one was before the provider's page, once; null where one came from nowhere. */
export function wayBack(): string | null {
  const address = sessionStorage.getItem(BACK);
  sessionStorage.removeItem(BACK);
  return address?.startsWith("/") && !address.startsWith("//") ? address : null;
}
