import { useWords } from "../../words";
import style from "../studies.module.css";
import type { TableShown } from "../study";
import { words } from "../words";

type Column = TableShown["columns"][number];

/** The columns of a table with what they seem to hold, and its first rows. */
export function ColumnsShown({ shown }: { shown: TableShown }) {
  const t = useWords(words);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key. */}
      <section className={style.scroll} tabIndex={0} aria-label={t.column}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.column}</th>
              <th scope="col">{t.holds}</th>
              <th scope="col">{t.values}</th>
              <th scope="col">{t.missing}</th>
            </tr>
          </thead>
          <tbody>
            {shown.columns.map((column) => (
              <tr key={column.name}>
                <th scope="row">{column.name}</th>
                <td>
                  <Held column={column} />
                </td>
                <td>
                  <Values column={column} />
                </td>
                <td data-number>{column.missing || ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <details>
        <summary>{t.firstRows}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key. */}
        <section className={style.scroll} tabIndex={0} aria-label={t.firstRows}>
          <table>
            <thead>
              <tr>
                {shown.columns.map((column) => (
                  <th key={column.name} scope="col">
                    {column.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.sample.map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own.
                <tr key={index}>
                  {row.map((cell, at) => (
                    <td key={shown.columns[at]?.name}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </>
  );
}

function Held({ column }: { column: Column }) {
  const t = useWords(words);
  const kind = t[`kind_${column.kind as "text"}`];
  const unit = column.unit && (column.unit_said ? column.unit : t.unitGuessed(column.unit));
  return (
    <>
      {kind}
      {unit && `, ${unit}`}
      {column.date_form.startsWith("day") && <span className={style.soft}> ({t.dateUnread})</span>}
    </>
  );
}

function Values({ column }: { column: Column }) {
  const t = useWords(words);
  const values = Object.entries(column.values);
  if (column.private && values.length === 0 && column.lowest === null)
    return <span className={style.soft}>{t.hidden}</span>;
  if (column.coding) return <>{values.map(([value, n]) => `${value} ${n.toLocaleString("en")}`).join(" · ")}</>;
  if (column.lowest !== null && column.highest !== null)
    return <>{t.range(written(column.lowest), written(column.median ?? Number.NaN), written(column.highest))}</>;
  return (
    <>
      {values
        .slice(0, 6)
        .map(([value, n]) => `${value} ${n.toLocaleString("en")}`)
        .join(" · ")}
    </>
  );
}

const written = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 2 });
