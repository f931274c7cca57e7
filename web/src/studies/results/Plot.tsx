import { useId } from "react";
import style from "./results.module.css";

export interface Curve {
  key: string;
  colour: string;
  points: readonly (readonly [number, number])[];
  /** Limits at the same places, drawn as a band. */
  band?: readonly (readonly [number, number, number])[];
  dashed?: boolean;
  /** Marks with whiskers in place of a line. */
  marks?: readonly { x: number; y: number; low: number | null; high: number | null }[];
  /** Marks are whiskers alone. */
  small?: boolean;
  /** A point that stands out: a frozen threshold. */
  mark?: { x: number; y: number } | null;
}

interface Properties {
  /** What is seen, in words. */
  alt: string;
  xLabel: string;
  yLabel: string;
  x: readonly [number, number];
  y: readonly [number, number];
  curves: readonly Curve[];
  /** A dotted line for comparison. */
  dotted?: readonly (readonly [number, number])[];
}

const WIDTH = 336;
const HEIGHT = 270;
const LEFT = 44;
const BOTTOM = 40;
const TOP = 8;
const RIGHT = 10;

const NICE = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 365, 500, 1000, 2000, 5000];

/** Round places on an axis, five or so. */
export function ticksOf([from, to]: readonly [number, number]): number[] {
  const step = NICE.find((each) => (to - from) / each <= 5.5) ?? (to - from) / 5;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) =>
    Number(((first + place) * step).toFixed(6)),
  );
}

/** Corners of a step line: `post` stays until the next point, `pre` rises before it. */
export function stepped(points: readonly (readonly [number, number])[], where: "pre" | "post"): [number, number][] {
  return points.flatMap(([x, y], place): [number, number][] => {
    const before = points[place - 1];
    if (!before) return [[x, y]];
    const corner: [number, number] = where === "post" ? [x, before[1]] : [before[0], y];
    return [corner, [x, y]];
  });
}

/** A small plot: axes, bands, lines, marks. */
export function Plot({ alt, xLabel, yLabel, x, y, curves, dotted }: Properties) {
  const atX = (value: number) => LEFT + ((value - x[0]) / (x[1] - x[0] || 1)) * (WIDTH - LEFT - RIGHT);
  const clip = useId();
  const atY = (value: number) => HEIGHT - BOTTOM - ((value - y[0]) / (y[1] - y[0] || 1)) * (HEIGHT - BOTTOM - TOP);
  const path = (points: readonly (readonly [number, number])[]) =>
    points.map(([px, py], place) => `${place ? "L" : "M"}${atX(px).toFixed(1)} ${atY(py).toFixed(1)}`).join("");
  const band = (points: readonly (readonly [number, number, number])[]) =>
    `${path(points.map(([px, low]) => [px, low]))}${path(points.toReversed().map(([px, , high]) => [px, high])).replace("M", "L")}Z`;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={alt} fontSize="10" fill="currentColor">
      <title>{alt}</title>
      <clipPath id={clip}>
        <rect x={LEFT} y={TOP - 1} width={WIDTH - LEFT - RIGHT + 1} height={HEIGHT - BOTTOM - TOP + 2} />
      </clipPath>
      {ticksOf(x).map((tick) => (
        <g key={tick}>
          <line x1={atX(tick)} x2={atX(tick)} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM + 3} stroke="currentColor" />
          <text x={atX(tick)} y={HEIGHT - BOTTOM + 14} textAnchor="middle">
            {tick}
          </text>
        </g>
      ))}
      {ticksOf(y).map((tick) => (
        <g key={tick}>
          <line x1={LEFT - 3} x2={LEFT} y1={atY(tick)} y2={atY(tick)} stroke="currentColor" />
          <text x={LEFT - 6} y={atY(tick) + 3} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      <path d={`M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}`} fill="none" stroke="currentColor" />
      <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle">
        {xLabel}
      </text>
      <text transform={`translate(10 ${(HEIGHT - BOTTOM) / 2}) rotate(-90)`} textAnchor="middle">
        {yLabel}
      </text>
      {dotted && <path d={path(dotted)} fill="none" stroke="var(--data-grey)" strokeDasharray="2 3" />}
      {curves.map((curve) => (
        <g key={curve.key}>
          {curve.band && curve.band.length > 1 && (
            <path d={band(curve.band)} fill={curve.colour} fillOpacity="0.13" clipPath={`url(#${clip})`} />
          )}
          <path
            d={path(curve.points)}
            fill="none"
            stroke={curve.colour}
            strokeWidth="1.75"
            strokeDasharray={curve.dashed ? "5 3" : undefined}
            clipPath={`url(#${clip})`}
          />
          {curve.marks?.map((mark) => (
            <g key={`${mark.x} ${mark.y}`}>
              {mark.low !== null && mark.high !== null && (
                <line
                  x1={atX(mark.x)}
                  x2={atX(mark.x)}
                  y1={atY(mark.low)}
                  y2={atY(mark.high)}
                  stroke={curve.colour}
                  strokeOpacity={curve.small ? 0.4 : 1}
                />
              )}
              {!curve.small && <circle cx={atX(mark.x)} cy={atY(mark.y)} r="3.2" fill={curve.colour} />}
            </g>
          ))}
          {curve.mark && (
            <circle
              cx={atX(curve.mark.x)}
              cy={atY(curve.mark.y)}
              r="4"
              fill="var(--ground)"
              stroke={curve.colour}
              strokeWidth="2"
            />
          )}
        </g>
      ))}
    </svg>
  );
}

/** Which line is whose. */
export function Legend({ entries }: { entries: readonly { key: string; colour: string; text: string }[] }) {
  return (
    <ul className={style.legend}>
      {entries.map(({ key, colour, text }) => (
        <li key={key}>
          <span className={style.swatch} style={{ background: colour }} />
          {text}
        </li>
      ))}
    </ul>
  );
}
