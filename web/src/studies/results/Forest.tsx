import { Figure } from "../../parts";
import { languageOf } from "../../parts/Told";
import { useLanguage } from "../../shell/language";
import { useWords } from "../../words";
import { addressOf, type EstimateRow, type FigureData, type ForestRow, type Where } from "./asking";
import { estimate, pValue } from "./numbers";
import { ticksOf } from "./Plot";
import { Prose } from "./Prose";
import style from "./results.module.css";
import { words } from "./words";

interface Drawn {
  key: string;
  group: string;
  label: string;
  value: number | null;
  low: number | null;
  high: number | null;
  colour: string;
  said: string;
}

const WIDTH = 720;
const ROW = 20;
const PLOT: readonly [number, number] = [235, 500];
const HEAD = 22;

/** Differences between readers, or groups of patients, one below the other with their intervals. */
export function Forest({ where, figure }: { where: Where; figure: FigureData }) {
  const t = useWords(words);
  const language = useLanguage();
  const rows =
    figure.kind === "forest" ? differences(figure.rows as ForestRow[]) : groups(figure.rows as EstimateRow[]);
  const link = (
    <a href={addressOf(where, `/tables/figure-${figure.id}`)} download lang={language}>
      {t.showValues}
    </a>
  );
  return (
    <div lang={languageOf(figure.title)}>
      <Figure title={figure.title} caption={<Prose>{figure.caption}</Prose>} actions={link}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
        <section className={style.forest} tabIndex={0} aria-label={figure.title}>
          <Drawing figure={figure} rows={rows} />
        </section>
      </Figure>
    </div>
  );
}

const differences = (rows: ForestRow[]): Drawn[] =>
  rows.map((row, place) => ({
    key: String(place),
    group: row.group,
    label: row.label,
    value: row.difference,
    low: row.low,
    high: row.high,
    colour: row.colour,
    said: `${estimate({ value: row.difference, low: row.low, high: row.high })}, ${pValue(row.p)}`,
  }));

const groups = (rows: EstimateRow[]): Drawn[] =>
  rows.map((row, place) => ({
    key: String(place),
    group: `${row.column} ${row.group}`,
    label: row.label,
    value: row.value,
    low: row.low,
    high: row.high,
    colour: row.colour,
    said: `${estimate(row)}, n = ${row.n}`,
  }));

function Drawing({ figure, rows }: { figure: FigureData; rows: readonly Drawn[] }) {
  const ends = rows.flatMap(({ value, low, high }) => [value, low, high]).filter((each) => each !== null);
  const middle = figure.kind === "forest" ? 0 : (figure.whole ?? null);
  const all = middle === null ? ends : [...ends, middle];
  const span = Math.max(...all) - Math.min(...all) || 1;
  const range = [Math.min(...all) - span * 0.05, Math.max(...all) + span * 0.05] as const;
  const at = (value: number) => PLOT[0] + ((value - range[0]) / (range[1] - range[0])) * (PLOT[1] - PLOT[0]);
  const foot = HEAD + rows.length * ROW + 4;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${foot + 40}`} role="img" aria-label={figure.alt} fontSize="11" fill="currentColor">
      <title>{figure.alt}</title>
      {figure.worse && (
        <text x={at(0) - 8} y={12} textAnchor="end" fontSize="10">
          ← {figure.worse}
        </text>
      )}
      {figure.better && (
        <text x={at(0) + 8} y={12} fontSize="10">
          {figure.better} →
        </text>
      )}
      {middle !== null && (
        <line x1={at(middle)} x2={at(middle)} y1={HEAD - 4} y2={foot} stroke="var(--data-grey)" strokeDasharray="2 3" />
      )}
      {rows.map((row, place) => {
        const y = HEAD + place * ROW + ROW / 2;
        const first = rows[place - 1]?.group !== row.group;
        return (
          <g key={row.key}>
            {first && (
              <text x={0} y={y + 4} fontWeight="600" fontSize="10">
                {row.group}
              </text>
            )}
            <text x={92} y={y + 4}>
              {row.label}
            </text>
            {row.low !== null && row.high !== null && (
              <line x1={at(row.low)} x2={at(row.high)} y1={y} y2={y} stroke={row.colour} strokeWidth="1.75" />
            )}
            {row.value !== null && <rect x={at(row.value) - 4} y={y - 4} width="8" height="8" fill={row.colour} />}
            <text x={PLOT[1] + 16} y={y + 4}>
              {row.said}
            </text>
          </g>
        );
      })}
      <line x1={PLOT[0]} x2={PLOT[1]} y1={foot} y2={foot} stroke="currentColor" />
      {ticksOf(range).map((tick) => (
        <g key={tick}>
          <line x1={at(tick)} x2={at(tick)} y1={foot} y2={foot + 3} stroke="currentColor" />
          <text x={at(tick)} y={foot + 15} textAnchor="middle" fontSize="10">
            {tick}
          </text>
        </g>
      ))}
      <text x={(PLOT[0] + PLOT[1]) / 2} y={foot + 32} textAnchor="middle" fontSize="10">
        {figure.x_label}
      </text>
    </svg>
  );
}
