import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { useSession } from "../api/session";
import { Page } from "../parts/Page";
import { Tabs } from "../parts/Tabs";
import { useWords } from "../words";
import { Account } from "./Account";
import { Display } from "./Display";
import { People } from "./People";
import { Recorded } from "./Recorded";
import { Tokens } from "./Tokens";
import { words } from "./words";

const SECTIONS = ["display", "account", "people", "tokens", "record"] as const;
type Section = (typeof SECTIONS)[number];

const SHOWN: Record<Section, () => ReactNode> = {
  display: Display,
  account: Account,
  people: People,
  tokens: Tokens,
  record: Recorded,
};

/** Language and theme for everybody; account, people, tokens and the record for those who may. */
export default function SettingsPage({ params }: { params: { section?: string } }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const { data: session } = useSession();
  const rights = session?.person?.rights ?? [];
  const offered: Record<Section, boolean> = {
    display: true,
    account: session?.accounts ?? false,
    people: rights.includes("manage_users"),
    tokens: true,
    record: rights.includes("read_audit"),
  };
  const sections = SECTIONS.filter((section) => offered[section]);
  const chosen = sections.find((section) => section === params.section) ?? "display";
  const Shown = SHOWN[chosen];
  return (
    <Page title={t.title}>
      <Tabs
        label={t.sections}
        tabs={sections.map((section) => ({ key: section, text: t[section] }))}
        chosen={chosen}
        onChoose={(section) => go(`/settings/${section}`, { replace: true })}
      >
        <Shown />
      </Tabs>
    </Page>
  );
}
