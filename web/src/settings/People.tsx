import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import type { components } from "../api/schema";
import { useSession } from "../api/session";
import { Button } from "../parts/Button";
import { day } from "../parts/format";
import { Notice } from "../parts/Notice";
import { Problem } from "../parts/Problem";
import { type Column, Table } from "../parts/Table";
import { useWords } from "../words";
import { ChangedPerson } from "./ChangedPerson";
import { NewPerson } from "./NewPerson";
import { useRoleNames } from "./Roles";
import style from "./Settings.module.css";
import { words } from "./words";

export type AccountRow = components["schemas"]["AccountRow"];
const KEY = ["people"];

/** Who may enter, and as what. */
export function People() {
  const t = useWords(words);
  const { data: session } = useSession();
  return session?.accounts ? <Accounts /> : <Notice>{t.peopleSingle}</Notice>;
}

function Accounts() {
  const t = useWords(words);
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<AccountRow | null>(null);
  const client = useQueryClient();
  const { table, error } = usePaged(KEY, (after?: number) =>
    answer(api.GET("/api/people", { params: { query: { after, limit: 200 } } })),
  );
  const done = () => {
    setAdding(false);
    setChanging(null);
    void client.invalidateQueries({ queryKey: KEY });
  };
  return (
    <section className={style.section}>
      <p>{t.peopleAbout}</p>
      <Problem of={error} />
      <Table
        label={t.people}
        {...table}
        columns={useColumns(setChanging)}
        rowKey={(person) => person.id}
        onOpen={setChanging}
        empty={t.noPeople}
        actions={<Button onClick={() => setAdding(true)}>{t.newPerson}</Button>}
      />
      {adding && <NewPerson onDone={done} />}
      {changing && <ChangedPerson account={changing} onDone={done} />}
    </section>
  );
}

function useColumns(onChange: (person: AccountRow) => void): Column<AccountRow>[] {
  const t = useWords(words);
  const named = useRoleNames();
  return useMemo(() => {
    const state = (person: AccountRow) => (person.disabled ? t.closedState : t.open);
    return [
      { key: "name", header: t.name, cell: (person) => person.name, text: (person) => person.name },
      {
        key: "roles",
        header: t.roles,
        width: "minmax(12rem, 2fr)",
        cell: (person) => named(person.roles),
        text: (person) => named(person.roles),
      },
      { key: "state", header: t.state, width: "6rem", cell: state, text: state },
      { key: "made", header: t.made, width: "7rem", cell: (person) => day(person.made) },
      {
        key: "change",
        header: t.change,
        width: "6rem",
        cell: (person) => (
          <Button kind="quiet" onClick={() => onChange(person)}>
            {t.change}
          </Button>
        ),
      },
    ];
  }, [t, named, onChange]);
}
