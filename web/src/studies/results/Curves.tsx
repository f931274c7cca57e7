import { Figure } from "../../parts";
import { languageOf } from "../../parts/Told";
import { useLanguage } from "../../shell/language";
import { useWords } from "../../words";
import { addressOf, type FigureData, type Line, type Panel, type Where } from "./asking";
import { estimate, pValue } from "./numbers";
import { type Curve, Legend, Plot, stepped } from "./Plot";
import { Prose } from "./Prose";
import style from "./results.module.css";
import { Scrolling } from "./Tables";
import { words } from "./words";

type Words = ReturnType<typeof useWords<(typeof words)["en"]>>;
type Pair = [number, number];

const DRAWN_HERE = new Set(["roc", "precision_recall", "calibration", "decision_curve", "kaplan_meier"]);
const GROUPS = [
  "var(--data-green)",
  "var(--data-orange)",
  "var(--data-vermilion)",
  "var(--data-purple)",
  "var(--data-sky)",
];

/** A figure of the report: its curves drawn here, or its own drawing. */
export function ReportFigure({ where, figure }: { where: Where; figure: FigureData }) {
  const t = useWords(words);
  const language = useLanguage();
  const link = (
    <a href={addressOf(where, `/tables/figure-${figure.id}`)} download lang={language}>
      {t.showValues}
    </a>
  );
  return (
    <div lang={languageOf(figure.title)}>
      <Figure title={figure.title} caption={<Prose>{figure.caption}</Prose>} actions={link}>
        {DRAWN_HERE.has(figure.kind) && figure.panels ? (
          <div className={style.panels}>
            {figure.panels.map((panel) => (
              <PanelOf key={panel.part} figure={figure} panel={panel} />
            ))}
          </div>
        ) : (
          <div className={style.drawn}>
            <img src={addressOf(where, `/figures/${figure.id}`)} alt={figure.alt} />
          </div>
        )}
      </Figure>
    </div>
  );
}

function PanelOf({ figure, panel }: { figure: FigureData; panel: Panel }) {
  const t = useWords(words);
  const plot = plotOf(figure, panel, t);
  const told = panel.lines.map((line, place) => ({
    key: line.reader ?? line.name ?? String(place),
    colour: colourOf(figure, line, place),
    text: [line.label ?? line.name, areaOf(line)].filter(Boolean).join(" "),
  }));
  const acting = { key: "all", colour: "var(--data-grey)", text: t.actOnAll };
  return (
    <div className={style.panel}>
      <h4>
        {panel.part} <small>{t.sizes(panel.n, panel.events, panel.noun)}</small>
      </h4>
      <Plot alt={`${figure.title}, ${panel.part}`} {...plot} />
      <Legend entries={figure.kind === "decision_curve" ? [...told, acting] : told} />
      {panel.p !== undefined && panel.p !== null && <small className={style.soft}>{t.logRank(pValue(panel.p))}</small>}
      {figure.kind === "kaplan_meier" && <AtRisk panel={panel} />}
    </div>
  );
}

function AtRisk({ panel }: { panel: Panel }) {
  const t = useWords(words);
  const language = useLanguage();
  if (!panel.ticks) return null;
  return (
    <div lang={language}>
      <Scrolling label={t.atRisk}>
        <table className={style.table}>
          <thead>
            <tr>
              <th scope="col">
                {t.atRisk} · {t.days}
              </th>
              {panel.ticks.map((tick) => (
                <th key={tick} scope="col" data-side="right">
                  {tick}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {panel.lines.map((line) => (
              <tr key={line.name}>
                <th scope="row">{line.name}</th>
                {line.at_risk?.map((n, place) => (
                  <td key={panel.ticks?.[place]} data-side="right">
                    {n}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </div>
  );
}

function areaOf(line: Line): string {
  const [value = null, low = null, high = null] = line.auroc ?? line.auprc ?? [];
  return value === null ? "" : estimate({ value, low, high });
}

const colourOf = (figure: FigureData, line: Line, place: number): string =>
  figure.kind === "kaplan_meier" ? (GROUPS[place % GROUPS.length] ?? "") : line.colour;

/** Points of which both numbers are known. */
function pairs(x: readonly (number | null)[], y: readonly (number | null)[]): Pair[] {
  return x.flatMap((at, place): Pair[] => {
    const value = y[place];
    return at === null || value === null || value === undefined ? [] : [[at, value]];
  });
}

function bandOf(line: Pick<Line, "x" | "low" | "high">): [number, number, number][] {
  return line.x.flatMap((at, place): [number, number, number][] => {
    const low = line.low?.[place];
    const high = line.high?.[place];
    return at === null || low === null || low === undefined || high === null || high === undefined
      ? []
      : [[at, low, high]];
  });
}

/** Low and high of a step that stays until the next point. */
function steppedBand(line: Line): [number, number, number][] {
  const lows = stepped(pairs(line.x, line.low), "post");
  const highs = stepped(pairs(line.x, line.high), "post");
  return lows.length === highs.length ? lows.map(([x, low], place) => [x, low, highs[place]?.[1] ?? low]) : [];
}

/** Every point with its limits. */
function marksOf(line: Line) {
  return line.x.flatMap((at, place) => {
    const value = line.y[place];
    if (at === null || value === null || value === undefined) return [];
    return [{ x: at, y: value, low: line.low[place] ?? null, high: line.high[place] ?? null }];
  });
}

function plotOf(figure: FigureData, panel: Panel, t: Words) {
  const unit: Pair = [0, 1];
  const base = (line: Line, place: number): Curve => ({
    key: line.reader ?? line.name ?? String(place),
    colour: colourOf(figure, line, place),
    dashed: line.dashed ?? false,
    points: pairs(line.x, line.y),
    band: bandOf(line),
  });
  if (figure.kind === "roc") {
    const curves = panel.lines.map((line, place) => {
      const curve = { ...base(line, place), mark: line.point ?? null };
      // Of few cases every possible cut-off has its own interval, and no band between them.
      return line.few ? { ...curve, band: [], marks: marksOf(line), small: true } : curve;
    });
    return {
      xLabel: t.falsePositives,
      yLabel: t.sensitivity,
      x: unit,
      y: unit,
      curves,
      dotted: [
        [0, 0],
        [1, 1],
      ] as Pair[],
    };
  }
  if (figure.kind === "precision_recall") {
    const curves = panel.lines.map((line, place) => ({
      ...base(line, place),
      points: stepped([[0, line.y[0] ?? 0], ...pairs(line.x, line.y)], "pre"),
    }));
    const share = panel.prevalence ?? 0;
    return {
      xLabel: t.recall,
      yLabel: t.precision,
      x: unit,
      y: unit,
      curves,
      dotted: [
        [0, share],
        [1, share],
      ] as Pair[],
    };
  }
  if (figure.kind === "calibration") {
    const curves = panel.lines.map((line, place) => ({
      ...base(line, place),
      points: line.smooth ? pairs(line.smooth.x, line.smooth.y) : [],
      band: line.smooth ? bandOf(line.smooth) : [],
      marks: marksOf(line),
    }));
    const label = { xLabel: figure.x_label ?? "", yLabel: figure.y_label ?? "" };
    return {
      ...label,
      x: unit,
      y: unit,
      curves,
      dotted: [
        [0, 0],
        [1, 1],
      ] as Pair[],
    };
  }
  if (figure.kind === "kaplan_meier") {
    const curves = panel.lines.map((line, place) => {
      const whole = { ...line, x: [...line.x, line.end ?? null], y: [...line.y, line.y.at(-1) ?? null] };
      return { ...base(line, place), points: stepped(pairs(whole.x, whole.y), "post"), band: steppedBand(line) };
    });
    const y: Pair = [figure.floor ?? 0, figure.top ?? 1];
    return {
      xLabel: t.days,
      yLabel: figure.incidence ? t.withEvent : t.without,
      x: [0, panel.limit ?? 1] as Pair,
      y,
      curves,
    };
  }
  const curves = panel.lines.map(base);
  const at = panel.x ?? [];
  const all = pairs(at, panel.treat_all ?? []);
  const values = curves.flatMap((curve) => curve.points.map(([, value]) => value));
  const top = Math.max(0.05, ...values, all[0]?.[1] ?? 0) * 1.1;
  const floor = Math.max(Math.min(-0.02, ...values), -top / 2);
  const acting: Curve = { key: "all", colour: "var(--data-grey)", points: all.filter(([, value]) => value >= floor) };
  const x: Pair = [0, at.at(-1) ?? 1];
  return {
    xLabel: t.actFrom,
    yLabel: t.netBenefit,
    x,
    y: [floor, top] as Pair,
    curves: [...curves, acting],
    dotted: [
      [x[0], 0],
      [x[1], 0],
    ] as Pair[],
  };
}
