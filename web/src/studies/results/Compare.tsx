import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { answer, api } from "../../api/client";
import { Empty, Problem, Skeleton, Tick } from "../../parts";
import { languageOf } from "../../parts/Told";
import { useWords } from "../../words";
import type { Where } from "./asking";
import { type Estimate, estimate } from "./numbers";
import style from "./results.module.css";
import { Scrolling } from "./Tables";
import { words } from "./words";

const MOST = 6;

interface Differing {
  kind: string;
  name: string;
  values: string[];
}

interface Reached {
  reader: string;
  part: string;
  label: string;
  rows: (Estimate | null)[];
}

/** This run beside others of the studies that one may see. */
export function Compare({ where }: { where: Where }) {
  const t = useWords(words);
  const [others, setOthers] = useState<readonly string[]>([]);
  const runs = useQuery({
    queryKey: ["result runs"],
    queryFn: () => answer(api.GET("/api/results", { params: { query: { limit: 200 } } })),
  });
  const own = `${where.slug}/${where.run}`;
  const run = [own, ...others];
  const beside = useQuery({
    queryKey: ["result compare", ...run],
    queryFn: () => answer(api.GET("/api/results/compare", { params: { query: { run } } })),
    enabled: others.length > 0,
    placeholderData: (before) => before,
  });
  if (!runs.data) return runs.error ? <Problem of={runs.error} /> : <Skeleton />;
  const offered = runs.data.items.filter((row) => `${row.study}/${row.run}` !== own);
  if (offered.length === 0) return <Empty title={t.compare}>{t.noRuns}</Empty>;
  return (
    <div className={style.sections}>
      <fieldset>
        <legend>{t.compareWith}</legend>
        {offered.map((row) => {
          const name = `${row.study}/${row.run}`;
          return (
            <Tick
              key={name}
              label={`${row.title} · ${row.run}`}
              checked={others.includes(name)}
              disabled={!others.includes(name) && run.length >= MOST}
              onTick={(on) => setOthers(on ? [...others, name] : others.filter((each) => each !== name))}
            />
          );
        })}
      </fieldset>
      <Problem of={beside.error} />
      {others.length > 0 && beside.data && (
        <Beside
          names={beside.data.runs.map((row) => row.run)}
          differences={beside.data.differences as unknown as Differing[]}
          measures={beside.data.measures as unknown as Reached[]}
          same={beside.data.same_cases}
        />
      )}
    </div>
  );
}

interface Shown {
  names: string[];
  differences: Differing[];
  measures: Reached[];
  same: Record<string, boolean | null>;
}

function Beside({ names, differences, measures, same }: Shown) {
  const t = useWords(words);
  const heads = names.map((name, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: two studies may have runs of one name.
    <th key={place} scope="col">
      {name}
    </th>
  ));
  const parts = [...new Set(measures.map(({ part }) => part))];
  return (
    <>
      <Scrolling label={t.reached}>
        <table className={style.table} data-table="beside">
          <caption>{t.reached}</caption>
          <thead>
            <tr>
              <th scope="col">{t.measure}</th>
              <th scope="col">{t.reader}</th>
              {heads}
            </tr>
          </thead>
          {parts.map((part) => (
            <tbody key={part}>
              <tr className={style.block}>
                <th scope="rowgroup" colSpan={names.length + 2}>
                  {part}: {same[part] === true ? t.sameCases : same[part] === false ? t.otherCases : t.unknownCases}
                </th>
              </tr>
              {measures
                .filter((row) => row.part === part)
                .map((row) => (
                  <tr key={`${row.label} ${row.reader}`}>
                    <th scope="row" lang={languageOf(row.label)}>
                      {row.label}
                    </th>
                    <td>{row.reader}</td>
                    {row.rows.map((cell, place) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: the columns are runs in a fixed order.
                      <td key={place}>{cell ? estimate(cell) : "—"}</td>
                    ))}
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </Scrolling>
      {differences.length === 0 ? (
        <p>{t.differsNot}</p>
      ) : (
        <Scrolling label={t.differs}>
          <table className={style.table}>
            <caption>{t.differs}</caption>
            <thead>
              <tr>
                <th scope="col">{t.entry}</th>
                {heads}
              </tr>
            </thead>
            <tbody>
              {differences.map((row) => (
                <tr key={`${row.kind} ${row.name}`}>
                  <th scope="row">{row.name}</th>
                  {row.values.map((value, place) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the columns are runs in a fixed order.
                    <td key={place}>{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </>
  );
}
