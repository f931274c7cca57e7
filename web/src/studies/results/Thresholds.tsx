import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { answer, api } from "../../api/client";
import { Button, Empty, Problem, Select, Skeleton } from "../../parts";
import { useWords } from "../../words";
import type { Choice, Grid, Point, Where } from "./asking";
import { interval, number, threshold } from "./numbers";
import style from "./results.module.css";
import { Scrolling } from "./Tables";
import { words } from "./words";

const SHARES = ["sensitivity", "specificity", "ppv", "npv"] as const;

/** What a reader would reach at other thresholds: the grid comes once, so that the slider follows at once. */
export function Thresholds({ where }: { where: Where }) {
  const t = useWords(words);
  const choices = useQuery({
    queryKey: ["result thresholds", where.slug, where.run],
    queryFn: () => answer(api.GET("/api/results/{slug}/{run}/thresholds", { params: { path: where } })),
    staleTime: 60_000,
  });
  const [chosen, setChosen] = useState<Partial<Choice>>({});
  if (!choices.data) return choices.error ? <Problem of={choices.error} /> : <Skeleton />;
  const usual = choices.data.find((each) => each.part === "test") ?? choices.data[0];
  if (!usual) return <Empty title={t.threshold}>{t.noThreshold}</Empty>;
  const wanted = { ...usual, ...chosen };
  const fits = (each: Choice) => each.reader === wanted.reader && each.part === wanted.part;
  const now =
    choices.data.find((each) => fits(each) && each.of === wanted.of && each.at === wanted.at) ??
    choices.data.find(fits) ??
    usual;
  const all = (key: "reader" | "part" | "of" | "at") =>
    [...new Set(choices.data.map((each) => each[key]))].map((value) => ({
      value,
      text: key === "at" ? value.replace(/d$/, "") : value,
    }));
  return (
    <div className={style.sections}>
      <p className={style.notes} data-chosen={now.chosen}>
        {[thresholdSentence(now.chosen, t), t.thresholdMoving].filter(Boolean).join(" ")}
      </p>
      <div className={style.row}>
        <Select
          label={t.reader}
          value={now.reader}
          choices={all("reader")}
          onChoose={(reader) => setChosen({ ...now, reader })}
        />
        <Select
          label={t.part}
          value={now.part}
          choices={all("part")}
          onChoose={(part) => setChosen({ ...now, part })}
        />
        {all("of").length > 1 && (
          <Select label={t.finding} value={now.of} choices={all("of")} onChoose={(of) => setChosen({ ...now, of })} />
        )}
        {all("at").length > 1 && (
          <Select label={t.horizon} value={now.at} choices={all("at")} onChoose={(at) => setChosen({ ...now, at })} />
        )}
      </div>
      <Moving key={`${now.reader} ${now.part} ${now.of} ${now.at}`} where={where} choice={now} />
    </div>
  );
}

type Words = ReturnType<typeof useWords<(typeof words)["en"]>>;

/** How the frozen threshold came about, as the server tells it: given, or chosen on validation by a rule. */
export function thresholdSentence(chosen: string, t: Words): string {
  if (chosen === "") return "";
  if (chosen === "given") return t.thresholdGiven;
  const share = /^(sensitivity|specificity)\s*=\s*(.+)$/.exec(chosen);
  const other = /^(sensitivity|specificity) of (.+)$/.exec(chosen);
  const what = (aim = "") => (aim === "sensitivity" ? t.sensitivityWord : t.specificityWord);
  if (share) return t.thresholdChosen(t.thresholdAtLeast(what(share[1]), share[2] ?? ""));
  if (other) return t.thresholdChosen(t.thresholdSameAs(what(other[1]), other[2] ?? ""));
  return t.thresholdChosen(chosen === "youden" ? t.thresholdYouden : "");
}

function Moving({ where, choice }: { where: Where; choice: Choice }) {
  const { reader, part, of, at } = choice;
  const grid = useQuery({
    queryKey: ["result grid", where.slug, where.run, reader, part, of, at],
    queryFn: () =>
      answer(
        api.GET("/api/results/{slug}/{run}/thresholds/grid", {
          params: { path: where, query: { reader, part, of, at } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!grid.data) return grid.error ? <Problem of={grid.error} /> : <Skeleton lines={6} />;
  return <Slider grid={grid.data} />;
}

/** The place of the frozen threshold in a grid; the middle where there is none. */
export function placeOfFrozen(grid: Pick<Grid, "frozen"> & { points: readonly Pick<Point, "threshold">[] }): number {
  const place = grid.points.findIndex((point) => point.threshold === grid.frozen);
  return place >= 0 ? place : Math.floor(grid.points.length / 2);
}

function Slider({ grid }: { grid: Grid }) {
  const t = useWords(words);
  const id = useId();
  const frozen = placeOfFrozen(grid);
  const [place, setPlace] = useState(frozen);
  const point = grid.points[place] ?? grid.points[0];
  if (!point) return null;
  const share = (100 * frozen) / Math.max(1, grid.points.length - 1);
  const atFrozen = point.threshold === grid.frozen;
  return (
    <>
      <div className={style.slider}>
        <label htmlFor={id}>
          {t.moveThreshold}: <strong data-threshold>{threshold(point.threshold)}</strong>
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={grid.points.length - 1}
          value={place}
          aria-valuetext={threshold(point.threshold)}
          onChange={(event) => setPlace(Number(event.target.value))}
        />
        <div className={style.track}>
          {grid.frozen === null ? (
            t.noFrozen
          ) : (
            <span className={style.mark} style={{ left: `${share}%` }} data-side={share > 60 ? "left" : "right"}>
              {t.frozenAt(threshold(grid.frozen))}
            </span>
          )}
        </div>
        {grid.frozen !== null && (
          <div className={style.row}>
            <span role="status">{atFrozen ? t.isFrozen : t.isMoved}</span>
            {!atFrozen && <Button onClick={() => setPlace(frozen)}>{t.toFrozen}</Button>}
          </div>
        )}
      </div>
      <div className={style.beside}>
        <Matrix point={point} />
        <Measures point={point} grid={grid} />
      </div>
    </>
  );
}

function Matrix({ point }: { point: Point }) {
  const t = useWords(words);
  const { tp, fp, fn, tn } = point;
  const rows = [
    { name: t.hasCondition, cells: [tp, fn], marks: ["tp", "fn"] },
    { name: t.hasNot, cells: [fp, tn], marks: ["fp", "tn"] },
    { name: t.all, cells: [tp + fp, fn + tn], marks: ["called", "not-called"] },
  ];
  return (
    <table className={`${style.table} ${style.matrix}`} data-table="matrix">
      <caption>{t.matrix}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col" data-side="right">
            {t.calledPositive}
          </th>
          <th scope="col" data-side="right">
            {t.calledNegative}
          </th>
          <th scope="col" data-side="right">
            {t.all}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, cells, marks }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {cells.map((cell, place) => (
              <td key={marks[place]} data-side="right" data-cell={marks[place]}>
                {cell}
              </td>
            ))}
            <td data-side="right">{cells.reduce((sum, cell) => sum + cell, 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Measures({ point, grid }: { point: Point; grid: Grid }) {
  const t = useWords(words);
  const { tp, fp, fn, tn } = point;
  const basis = { sensitivity: [tp, tp + fn], specificity: [tn, tn + fp], ppv: [tp, tp + fp], npv: [tn, tn + fn] };
  const benefit = point.net_benefit;
  return (
    <Scrolling label={t.measure}>
      <table className={style.table} data-table="reached">
        <thead>
          <tr>
            <th scope="col">{t.measure}</th>
            <th scope="col" data-side="right">
              {t.estimate}
            </th>
            <th scope="col">{t.interval95}</th>
            <th scope="col">{t.basis}</th>
          </tr>
        </thead>
        <tbody>
          {SHARES.map((name) => (
            <tr key={name} data-measure={name}>
              <th scope="row">{t[name]}</th>
              <td data-side="right">{number(point[name].value)}</td>
              <td>{interval(point[name].low, point[name].high)}</td>
              <td>{t.ofCases(basis[name][0] ?? 0, basis[name][1] ?? 0)}</td>
            </tr>
          ))}
          <tr data-measure="net_benefit">
            <th scope="row">{t.netBenefit}</th>
            <td data-side="right">{number(benefit?.value, 3)}</td>
            <td>{interval(benefit?.low, benefit?.high, 3)}</td>
            <td>{benefit ? (grid.benefit_n === grid.n ? grid.n : t.benefitCases(grid.benefit_n)) : ""}</td>
          </tr>
        </tbody>
      </table>
      {!benefit && <p className={style.notes}>{t.noBenefit}</p>}
    </Scrolling>
  );
}
