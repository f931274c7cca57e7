import { useState } from "react";
import { Button, Field as Line, Select } from "../../parts";
import { useWords } from "../../words";
import { useOffers } from "./offers";
import type { Asked } from "./Setting";
import { Together } from "./Several";
import style from "./settings.module.css";
import { useTrying } from "./trying";
import { meant, valueAt } from "./values";
import { words } from "./words";

/** How much worse a reader may be, by measure. */
export function Margins({ hand, field, place }: Asked) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const measures = useOffers(hand)?.measures ?? [];
  const kept = (valueAt(hand.study.data, place) ?? {}) as Record<string, number>;
  const left = measures.filter(({ name }) => !(name in kept));
  const [chosen, setChosen] = useState("");
  const [margin, setMargin] = useState("");
  const measure = left.some(({ name }) => name === chosen) ? chosen : (left[0]?.name ?? "");
  const label = (name: string) => measures.find((each) => each.name === name)?.label ?? name;
  const takeOut = (name: string) =>
    void save([{ at: Object.keys(kept).length === 1 ? place : [...place, name], value: null }]);
  const add = async () => {
    if (await save([{ at: [...place, measure], value: meant("number", margin) }])) setMargin("");
  };
  return (
    <Together label={t[field.label]} help={t[field.help]} sentence={sentence} wide>
      <ul className={style.list}>
        {Object.entries(kept).map(([name, value]) => (
          <li key={name} className={style.row}>
            <span>
              {label(name)}: {value}
            </span>
            {hand.canChange && (
              <Button kind="quiet" aria-label={`${t.remove}: ${t.marginOf(label(name))}`} onClick={() => takeOut(name)}>
                {t.remove}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {hand.canChange && measure && (
        <div className={style.row}>
          <Select
            label={t.measure}
            value={measure}
            choices={left.map(({ name, label: text }) => ({ value: name, text }))}
            onChoose={setChosen}
          />
          <Line
            label={t.margin}
            value={margin}
            inputMode="decimal"
            maxLength={10}
            onChange={(event) => setMargin(event.target.value)}
          />
          <Button disabled={margin.trim() === ""} onClick={() => void add()}>
            {t.add}
          </Button>
        </div>
      )}
    </Together>
  );
}
