import type { Right } from "../api/session";
import { PAGES, type PageEntry, type RailName } from "../pages";

export interface Place {
  name: Exclude<RailName, "home">;
  path: string;
  /** The second key after `g`. */
  key: string;
}

/** The places of the rail, in its order. */
const PLACES: readonly Place[] = [
  { name: "studies", path: "/studies", key: "s" },
  { name: "archive", path: "/archive", key: "a" },
  { name: "annotate", path: "/annotate", key: "n" },
  { name: "models", path: "/models", key: "m" },
  { name: "settings", path: "/settings", key: "e" },
];

/** Whether a page is for a person with these rights: one of the rights that it names is enough. */
export function mayOpen(page: Pick<PageEntry, "right">, rights: readonly Right[]): boolean {
  if (page.right === undefined) return true;
  const enough = typeof page.right === "string" ? [page.right] : page.right;
  return enough.some((right) => rights.includes(right));
}

/** The places that there are for a person with these rights. */
export function placesFor(rights: readonly Right[], pages: readonly PageEntry[] = PAGES): readonly Place[] {
  return PLACES.filter(({ path }) => pages.some((page) => page.path === path && mayOpen(page, rights)));
}
