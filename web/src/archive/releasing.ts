import { useQuery } from "@tanstack/react-query";
import { answer, api, changeHeaders, refused } from "../api/client";
import type { components } from "../api/schema";

export type PackageRow = components["schemas"]["PackageRow"];
export type ReleaseRow = components["schemas"]["ReleaseRow"];
export type ReleaseLook = components["schemas"]["ReleaseLook"];

export const PACKAGES = ["packages"];
export const RELEASES = ["releases"];

/** On which terms data leave; texts as they were typed. */
export interface Terms {
  recipient: string;
  approval: string;
  committee: string;
  expires: string;
  purpose: string;
  reason: string;
}
export const NO_TERMS: Terms = { recipient: "", approval: "", committee: "", expires: "", purpose: "", reason: "" };

/** Terms, and the two tables that may go with them: what leaves, and proofs of classes. */
export interface Asked {
  terms: Terms;
  choice: File | null;
  facts: File | null;
}

/** The packages that were made, looked at again while one is being made. */
export function usePackages() {
  return useQuery({
    queryKey: PACKAGES,
    queryFn: () => answer(api.GET("/api/packages")),
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === "waiting" || one.state === "running") ? 3_000 : false,
  });
}

/** The record of releases. */
export function useReleases() {
  return useQuery({ queryKey: RELEASES, queryFn: () => answer(api.GET("/api/releases")) });
}

async function sent(address: string, { terms, choice, facts }: Asked): Promise<unknown> {
  const body = new FormData();
  for (const [name, text] of Object.entries(terms)) body.append(name, text);
  if (choice) body.append("choice", choice);
  if (facts) body.append("facts", facts);
  const response = await fetch(address, { method: "POST", headers: changeHeaders(), body });
  await refused(response);
  return response.json();
}

/** What would leave; nothing is made. */
export const lookAtRelease = (asked: Asked) => sent("/api/packages/release/look", asked) as Promise<ReleaseLook>;

/** Make a release. */
export const makeRelease = (asked: Asked) => sent("/api/packages/release", asked) as Promise<PackageRow>;

/** Where a package is fetched as a zip file. */
export const contentAt = (id: string): string => `/api/packages/${id}/content`;
