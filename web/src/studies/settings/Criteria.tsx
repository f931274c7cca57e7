import { useState } from "react";
import { Button, Field as Line } from "../../parts";
import { useWords } from "../../words";
import type { Asked } from "./Setting";
import { Together } from "./Several";
import style from "./settings.module.css";
import { useTrying } from "./trying";
import { valueAt } from "./values";
import { words } from "./words";

/** Criteria that every case must meet. */
export function Criteria({ hand, field, place }: Asked) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const [typed, setTyped] = useState("");
  const now = (valueAt(hand.study.data, place) ?? []) as string[];
  const write = (wanted: string[]) => save([{ at: place, value: wanted.length ? wanted : null }]);
  return (
    <Together label={t[field.label]} help={t[field.help]} sentence={sentence} wide>
      <ul className={style.list}>
        {now.map((criterion) => (
          <li key={criterion} className={style.row}>
            <code>{criterion}</code>
            {hand.canChange && (
              <Button
                kind="quiet"
                aria-label={`${t.remove}: ${criterion}`}
                onClick={() => void write(now.filter((each) => each !== criterion))}
              >
                {t.remove}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {hand.canChange && (
        <div className={style.row}>
          <Line
            label={t[field.label]}
            unlabelled
            value={typed}
            maxLength={500}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button
            disabled={typed.trim() === ""}
            onClick={() => void write([...now, typed.trim()]).then((saved) => saved && setTyped(""))}
          >
            {t.add}
          </Button>
        </div>
      )}
    </Together>
  );
}
