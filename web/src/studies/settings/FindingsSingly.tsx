import { useState } from "react";
import { Button, Field as Line, Select, Tick } from "../../parts";
import { useWords } from "../../words";
import type { Hand } from "../study";
import { type Finding, findingsAsked, usualPositive } from "./findings";
import { Fold } from "./Group";
import { type ColumnShown, useTableColumns } from "./offers";
import style from "./settings.module.css";
import { words } from "./words";

/** Findings chosen column by column, each with what it is called and which value says that it is there. */
export function FindingsSingly({ hand, source, next }: { hand: Hand; source: string; next: () => void }) {
  const t = useWords(words);
  const [chosen, setChosen] = useState<Record<string, Finding>>({});
  const { cohort } = hand.data;
  const taken = [cohort?.patient, cohort?.case, cohort?.image];
  const columns = useTableColumns(hand, source).filter(
    (each) => !taken.includes(each.name) && !each.private && Object.keys(each.values).length > 0 && each.distinct <= 20,
  );
  const n = Object.keys(chosen).length;
  const whole = n > 0 && Object.values(chosen).every(({ label, positive }) => label.trim() && positive);
  const tick = (column: ColumnShown) => (on: boolean) => {
    const { [column.name]: _gone, ...rest } = chosen;
    setChosen(on ? { ...rest, [column.name]: { label: column.name, positive: usualPositive(column) } } : rest);
  };
  const take = async () => {
    const { keys, makings } = findingsAsked(columns, chosen);
    if (await hand.take(keys, makings)) next();
  };
  return (
    <Fold title={t.findingsSingly} about={t.findingsSingly_help}>
      <ul className={style.list}>
        {columns.map((column) => {
          const finding = chosen[column.name];
          const say = (change: Partial<Finding>) =>
            finding && setChosen({ ...chosen, [column.name]: { ...finding, ...change } });
          return (
            <li key={column.name} className={style.row}>
              <Tick label={column.name} checked={finding !== undefined} onTick={tick(column)} />
              {finding && (
                <>
                  <Line
                    label={t.findingLabel(column.name)}
                    value={finding.label}
                    maxLength={200}
                    onChange={(event) => say({ label: event.target.value })}
                  />
                  <Select
                    label={t.findingPositive(column.name)}
                    value={finding.positive}
                    choices={[
                      { value: "", text: t.choose },
                      ...Object.keys(column.values).map((value) => ({ value, text: value })),
                    ]}
                    onChoose={(positive) => say({ positive })}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
      {columns.length === 0 && <p className={style.help}>{t.columnsNone}</p>}
      {hand.canChange && (
        <div>
          <Button disabled={!whole} busy={hand.saving} onClick={() => void take()}>
            {t.askFindings(n)}
          </Button>
        </div>
      )}
    </Fold>
  );
}
