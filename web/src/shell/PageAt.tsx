import { type ComponentType, type LazyExoticComponent, lazy, Suspense } from "react";
import { Link, Route, Switch } from "wouter";
import type { Right } from "../api/session";
import { PAGES, type PageEntry } from "../pages";
import { Page } from "../parts/Page";
import { Skeleton } from "../parts/Skeleton";
import { useWords } from "../words";
import { mayOpen } from "./places";
import { words } from "./words";

// biome-ignore lint/suspicious/noExplicitAny: every page names the parts of its own path.
type AnyPage = LazyExoticComponent<ComponentType<{ params: any }>>;
const COMPONENTS = new Map<PageEntry, AnyPage>(PAGES.map((page) => [page, lazy(page.load)]));

/** The page of the address. */
export function PageAt({ rights }: { rights: readonly Right[] }) {
  return (
    <Suspense fallback={<Skeleton lines={5} />}>
      <Switch>
        {PAGES.map((page) => (
          <Route key={page.path} path={page.path}>
            {(params) => <Allowed page={page} rights={rights} params={params} />}
          </Route>
        ))}
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Suspense>
  );
}

function Allowed({ page, rights, params }: { page: PageEntry; rights: readonly Right[]; params: unknown }) {
  const t = useWords(words);
  const Component = COMPONENTS.get(page);
  if (!Component) return null;
  if (mayOpen(page, rights)) return <Component params={params} />;
  return (
    <Page title={t.notAllowedTitle} about={t.notAllowed} width="reading">
      <Link href="/">{t.toHome}</Link>
    </Page>
  );
}

function NotFound() {
  const t = useWords(words);
  return (
    <Page title={t.notFoundTitle} about={t.notFound} width="reading">
      <Link href="/">{t.toHome}</Link>
    </Page>
  );
}
