import { Figure } from "../parts/Figure";
import { useWords } from "../words";
import style from "./Jobs.module.css";
import type { Curve } from "./told";
import { words } from "./words";

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 44;
const RIGHT = 150;
const TOP = 10;
const BOTTOM = 30;
const COLOURS = ["--data-blue", "--data-vermilion", "--data-green", "--data-purple", "--data-orange", "--data-sky"];

/** Learning curves as they grow: one colour a reader, lines labelled at their ends. */
export function Curves({ curves }: { curves: readonly Curve[] }) {
  const t = useWords(words);
  const shown = curves.filter((curve) => curve.points.length > 0);
  if (shown.length === 0) return null;
  const readers = [...new Set(shown.map((curve) => curve.reader))];
  const names = [...new Set(shown.map((curve) => curve.name))];
  const values = shown.flatMap((curve) => curve.points.map(([, value]) => value));
  const [low, high] = extent(values);
  const last = Math.max(2, ...shown.flatMap((curve) => curve.points.map(([epoch]) => epoch)));
  const x = (epoch: number) => LEFT + ((epoch - 1) / (last - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const ends = apart(shown.map((curve) => y(curve.points.at(-1)?.[1] ?? low)));
  const told = shown.map((curve) => {
    const [epoch, value] = curve.points.at(-1) ?? [0, 0];
    return t.curveLine(curve.reader, curve.repeat, epoch, value.toFixed(3));
  });
  return (
    <Figure title={t.curves} caption={t.curvesCaption(names.join(", "))}>
      <svg
        className={style.curves}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t.curvesAlt(told.join("; "))}
      >
        {[low, (low + high) / 2, high].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} className={style.grid} />
            <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">
              {value.toFixed(2)}
            </text>
          </g>
        ))}
        {[1, last].map((epoch) => (
          <text key={epoch} x={x(epoch)} y={HEIGHT - 10} textAnchor="middle">
            {epoch}
          </text>
        ))}
        <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 10} textAnchor="middle">
          {t.epoch}
        </text>
        {shown.map((curve, index) => {
          const colour = `var(${COLOURS[readers.indexOf(curve.reader) % COLOURS.length]})`;
          const [epoch, value] = curve.points.at(-1) ?? [1, low];
          return (
            <g key={`${curve.reader} ${curve.repeat}`} style={{ color: colour }}>
              <polyline
                points={curve.points.map(([at, of]) => `${x(at)},${y(of)}`).join(" ")}
                className={style.curve}
              />
              <circle cx={x(epoch)} cy={y(value)} r={3} fill="currentColor" />
              <text x={x(epoch) + 8} y={(ends[index] ?? 0) + 4} className={style.curveName}>
                {curve.reader} {curve.repeat}
              </text>
            </g>
          );
        })}
      </svg>
    </Figure>
  );
}

/** The range of values with a little room, never without width. */
function extent(values: readonly number[]): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = Math.max((high - low) * 0.08, 0.01);
  return [low - room, high + room];
}

/** Places of labels that do not cover each other. */
function apart(places: readonly number[]): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((one, other) => one.place - other.place);
  const found = [...places];
  let before = Number.NEGATIVE_INFINITY;
  for (const { place, index } of order) {
    before = Math.max(place, before + 14);
    found[index] = before;
  }
  return found;
}
