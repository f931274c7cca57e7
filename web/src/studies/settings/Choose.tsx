import { useState } from "react";
import { Select } from "../../parts";
import { useWords } from "../../words";
import { useColumns } from "./offers";
import type { Asked } from "./Setting";
import { Together } from "./Several";
import style from "./settings.module.css";
import { useHoped, useTrying } from "./trying";
import { typed, valueAt } from "./values";
import { words } from "./words";

const BEGINNINGS = { first: "first after ", last: "last before " } as const;
type Way = "" | "first" | "last" | "all" | "together";

/** Which image counts where a patient has several. */
export function Choose({ hand, field, place }: Asked) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const { names } = useColumns(hand);
  const [waiting, setWaiting] = useState<Way | null>(null);
  const [kept, keep] = useHoped(typed(valueAt(hand.study.data, place)), (value) =>
    save([{ at: place, value: value || null }]),
  );
  const dated = (["first", "last"] as const).find((way) => kept.startsWith(BEGINNINGS[way]));
  const way = waiting ?? dated ?? (kept as Way);
  const column = dated ? kept.slice(BEGINNINGS[dated].length) : "";
  const write = (value: string) => void keep(value).then((saved) => saved && setWaiting(null));
  const choices: { value: Way; text: string }[] = [
    { value: "", text: t.decided },
    { value: "first", text: t.choose_first },
    { value: "last", text: t.choose_last },
    { value: "all", text: t.choose_all },
    { value: "together", text: t.choose_together },
  ];
  return (
    <Together label={t[field.label]} help={t[field.help]} sentence={sentence}>
      <div className={style.row}>
        <Select
          label={t[field.label]}
          unlabelled
          value={way}
          disabled={!hand.canChange}
          choices={choices.filter(({ value }) => names.length > 0 || !(value in BEGINNINGS))}
          onChoose={(wanted) => (wanted === "first" || wanted === "last" ? setWaiting(wanted) : write(wanted))}
        />
        {(way === "first" || way === "last") && (
          <Select
            label={t.choose_date}
            value={way === dated ? column : ""}
            disabled={!hand.canChange}
            choices={[{ value: "", text: t.choose }, ...names.map((name) => ({ value: name, text: name }))]}
            onChoose={(name) => name && write(BEGINNINGS[way] + name)}
          />
        )}
      </div>
    </Together>
  );
}
