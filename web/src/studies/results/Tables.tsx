import { languageOf } from "../../parts/Told";
import { useWords } from "../../words";
import { addressOf, type DetailTable, type Evidence, type FlatTable, type Where } from "./asking";
import { estimate, threshold } from "./numbers";
import { Prose } from "./Prose";
import style from "./results.module.css";
import { words } from "./words";

function Swatch({ evidence, reader }: { evidence: Evidence; reader: string }) {
  const colour = evidence.readers.find(({ name }) => name === reader)?.colour;
  return colour ? <span className={style.swatch} style={{ background: colour }} /> : null;
}

/** A table that may be wider than the page: it scrolls by itself, with keys as well. */
export function Scrolling({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className={style.wide} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** Readers in rows, cohorts in columns; bold and star only where the test says so. */
export function MainTable({ evidence, where }: { evidence: Evidence; where: Where }) {
  const t = useWords(words);
  const { columns, blocks, notes } = evidence.main_table;
  if (blocks.length === 0) return <p>{t.nothingMeasured}</p>;
  return (
    <div>
      <Scrolling label={t.mainTable}>
        <table className={style.table} data-table="main">
          <caption>
            {t.mainTable}
            <a href={addressOf(where, "/tables/main-table")} download aria-label={t.csvOf(t.mainTable)}>
              {t.csv}
            </a>
          </caption>
          <thead>
            <tr>
              <th scope="col">{t.reader}</th>
              {columns.map(({ label }) => (
                <th key={label} scope="col" lang={languageOf(label)}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          {blocks.map((block) => (
            <tbody key={block.label}>
              <tr className={style.block}>
                <th scope="rowgroup" lang={languageOf(block.label)}>
                  {block.label}
                </th>
                {block.sizes.map(({ n, events }, place) => (
                  <td key={columns[place]?.label}>{n === null ? "" : t.sizes(n, events, evidence.event_noun)}</td>
                ))}
              </tr>
              {block.rows.map((row) => (
                <tr key={row.reader}>
                  <th scope="row" lang={languageOf(row.label)}>
                    <Swatch evidence={evidence} reader={row.reader} />
                    {row.label}
                  </th>
                  {row.cells.map((cell, place) => (
                    <td key={columns[place]?.label}>
                      {cell.bold ? <strong>{estimate(cell)}</strong> : estimate(cell)}
                      {cell.star ? "*" : ""}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scrolling>
      <p className={style.notes}>
        <Prose>{notes.join(" ")}</Prose>
      </p>
    </div>
  );
}

interface Flat {
  evidence: Evidence;
  table: FlatTable;
  title: string;
  link: string;
  /** With a column of thresholds. */
  thresholds?: boolean;
}

/** Measures in columns, readers in rows, part by part. */
export function MeasuresTable({ evidence, table, title, link, thresholds = false }: Flat) {
  const t = useWords(words);
  const groups = [...new Set(table.rows.map((row) => row.group ?? ""))];
  const span = table.columns.length + 1 + (thresholds ? 1 : 0) + (table.counted ? 1 : 0);
  return (
    <div>
      <Scrolling label={title}>
        <table className={style.table}>
          <caption>
            {title}
            <a href={link} download aria-label={t.csvOf(title)}>
              {t.csv}
            </a>
          </caption>
          <thead>
            <tr>
              <th scope="col">{t.reader}</th>
              {thresholds && <th scope="col">{t.thresholdColumn}</th>}
              {table.columns.map(({ label }) => (
                <th key={label} scope="col" lang={languageOf(label)}>
                  {label}
                </th>
              ))}
              {table.counted && <th scope="col">{t.counts}</th>}
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group}>
              <tr className={style.block}>
                <th scope="rowgroup" colSpan={span} lang={languageOf(group)}>
                  {group}
                </th>
              </tr>
              {table.rows
                .filter((row) => (row.group ?? "") === group)
                .map((row) => (
                  <tr key={row.reader}>
                    <th scope="row" lang={languageOf(row.label)}>
                      <Swatch evidence={evidence} reader={row.reader} />
                      {row.label}
                    </th>
                    {thresholds && <td>{(row.thresholds ?? []).map(threshold).join(", ") || "—"}</td>}
                    {row.cells.map((cell, place) => (
                      <td key={table.columns[place]?.label}>{estimate(cell)}</td>
                    ))}
                    {table.counted && (
                      <td>
                        {row.counts ? [row.counts.tp, row.counts.fp, row.counts.fn, row.counts.tn].join(", ") : "—"}
                      </td>
                    )}
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </Scrolling>
      {table.note && (
        <p className={style.notes}>
          <Prose>{table.note}</Prose>
        </p>
      )}
    </div>
  );
}

/** A table of the report whose cells are texts already. */
export function Detail({ table, where }: { table: DetailTable; where: Where }) {
  const t = useWords(words);
  const named = table.columns.length - (table.groups[0]?.rows[0]?.cells.length ?? 0);
  const side = (column: number) => table.sides[column - named] ?? "left";
  return (
    <div lang={languageOf(table.title)}>
      <Scrolling label={table.title}>
        <table className={style.table}>
          <caption>
            {table.title}
            <a
              href={addressOf(where, `/tables/${table.id.replaceAll("_", "-")}`)}
              download
              aria-label={t.csvOf(table.title)}
            >
              {t.csv}
            </a>
          </caption>
          <thead>
            <tr>
              {table.columns.map((column, place) => (
                <th key={column} scope="col" data-side={side(place)}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          {table.groups.map((group) => (
            <tbody key={group.label}>
              {group.label && (
                <tr className={style.block}>
                  <th scope="rowgroup" colSpan={table.columns.length}>
                    {group.label}
                  </th>
                </tr>
              )}
              {group.rows.map((row) => (
                <tr key={`${row.label} ${row.cells.join(" ")}`}>
                  <th scope="row">{row.label}</th>
                  {row.cells.map((cell, place) => (
                    <td key={table.columns[place + named]} data-side={side(place + named)}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scrolling>
      <p className={style.notes}>
        <Prose>{table.caption}</Prose>
      </p>
    </div>
  );
}
