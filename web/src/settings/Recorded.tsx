import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import type { components } from "../api/schema";
import { Button } from "../parts/Button";
import { count, moment } from "../parts/format";
import { Notice } from "../parts/Notice";
import { Problem } from "../parts/Problem";
import { type Column, Table } from "../parts/Table";
import { Told } from "../parts/Told";
import { useWords } from "../words";
import style from "./Settings.module.css";
import { words } from "./words";

type Line = components["schemas"]["AuditLine"];

/** The lines that are asked for; a filter is the value that a line was clicked at. */
interface Asked {
  by?: { id: number; name: string };
  what?: string;
  on?: string;
}

/** Who saw and who changed what, the newest first. */
export function Recorded() {
  const t = useWords(words);
  const [asked, setAsked] = useState<Asked>({});
  const query = { by: asked.by?.id, what: asked.what, on: asked.on };
  const { table, error } = usePaged(["audit", query], (after?: number) =>
    answer(api.GET("/api/audit", { params: { query: { ...query, after, limit: 200 } } })),
  );
  const verify = useMutation({ mutationFn: () => answer(api.GET("/api/audit/verification")) });
  return (
    <section className={style.section}>
      <p>{t.recordAbout}</p>
      <Problem of={error ?? verify.error} />
      {verify.data && (
        <Notice kind={verify.data.whole ? "good" : "problem"}>
          {verify.data.whole
            ? t.whole(count(verify.data.lines))
            : t.notWhole(count(verify.data.lines), verify.data.fault ?? "")}
        </Notice>
      )}
      <Filters asked={asked} onAsk={setAsked} />
      <Table
        label={t.record}
        {...table}
        columns={useColumns(setAsked)}
        rowKey={(line) => line.number}
        empty={t.recordEmpty}
        actions={
          <Button busy={verify.isPending} onClick={() => verify.mutate()}>
            {t.verify}
          </Button>
        }
      />
    </section>
  );
}

function Filters({ asked, onAsk }: { asked: Asked; onAsk: (asked: Asked) => void }) {
  const t = useWords(words);
  const shown: [keyof Asked, string | undefined][] = [
    ["by", asked.by?.name],
    ["what", asked.what?.replaceAll("_", " ")],
    ["on", asked.on],
  ];
  if (shown.every(([, value]) => value === undefined)) return null;
  return (
    <div className={style.filters}>
      {shown.map(([key, value]) =>
        value === undefined ? null : (
          <Button key={key} onClick={() => onAsk({ ...asked, [key]: undefined })}>
            {t.allAgain(value)}
          </Button>
        ),
      )}
    </div>
  );
}

function useColumns(onAsk: (change: (before: Asked) => Asked) => void): Column<Line>[] {
  const t = useWords(words);
  return useMemo(() => {
    const only = (value: string, asked: Asked) => (
      <Button
        kind="quiet"
        className={style.narrow}
        aria-label={t.only(value)}
        onClick={() => onAsk((before) => ({ ...before, ...asked }))}
      >
        <Told>{value}</Told>
      </Button>
    );
    const told = (line: Line) =>
      Object.entries(line.detail)
        .map(([name, value]) => `${name} ${value}`)
        .join(" · ");
    const name = (line: Line) => line.name ?? (line.person === null ? t.nobody : `${line.person}`);
    const done = (line: Line) => line.what.replaceAll("_", " ");
    return [
      { key: "at", header: t.at, width: "9.5rem", cell: (line) => moment(line.at), text: (line) => moment(line.at) },
      {
        key: "who",
        header: t.who,
        text: name,
        cell: (line) =>
          line.person === null ? name(line) : only(name(line), { by: { id: line.person, name: name(line) } }),
      },
      { key: "what", header: t.what, text: done, cell: (line) => only(done(line), { what: line.what }) },
      { key: "on", header: t.on, text: (line) => line.on, cell: (line) => only(line.on, { on: line.on }) },
      {
        key: "detail",
        header: t.detail,
        width: "minmax(10rem, 2fr)",
        text: told,
        cell: (line) => <Told>{told(line)}</Told>,
      },
    ];
  }, [t, onAsk]);
}
