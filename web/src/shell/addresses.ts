import { matchRoute, type Parser } from "wouter";
import type { PageEntry } from "../pages";

/** The page entry that an address belongs to: the first whose path matches. */
export function matching(pages: readonly PageEntry[], address: string, parser: Parser): PageEntry | undefined {
  return pages.find((page) => matchRoute(parser, page.path, address)[0]);
}
