import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { type Right, useRights } from "../api/session";
import { Page, Tabs } from "../parts";
import { useWords } from "../words";
import { words } from "./words";

const SECTIONS = ["overview", "images", "checks", "import", "quarantine", "pacs", "release"] as const;
export type Section = (typeof SECTIONS)[number];

const NEEDS: Record<Section, Right> = {
  overview: "see_archive",
  images: "see_archive",
  checks: "see_archive",
  import: "bring_images",
  quarantine: "settle_quarantine",
  pacs: "pull_from_pacs",
  release: "release_data",
};

/** What stands around every page of the archive: its title and its parts, as far as they may be seen. */
export function ArchiveFrame({ section, children }: { section: Section; children: ReactNode }) {
  const t = useWords(words);
  const may = useRights();
  const [, go] = useLocation();
  const tabs = SECTIONS.filter((key) => may(NEEDS[key])).map((key) => ({ key, text: t[key] }));
  return (
    <Page title={t.title} about={t.about}>
      <Tabs
        label={t.sections}
        tabs={tabs}
        chosen={section}
        onChoose={(key) => go(key === "overview" ? "/archive" : `/archive/${key}`)}
      >
        {children}
      </Tabs>
    </Page>
  );
}
