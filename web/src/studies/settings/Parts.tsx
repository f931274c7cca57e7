import { useState } from "react";
import { Field as Line, Select } from "../../parts";
import { useWords } from "../../words";
import type { Split } from "../study";
import { useColumns } from "./offers";
import type { Asked } from "./Setting";
import { Together } from "./Several";
import style from "./settings.module.css";
import { useHoped, useTrying } from "./trying";
import { sharesOf } from "./values";
import { words } from "./words";

const PARTS = ["train", "validation", "test"] as const;
const USUAL: Record<string, number> = { train: 0.8, validation: 0.1, test: 0.1 };
const percents = (split: Split | undefined) => {
  const parts = split?.parts ?? USUAL;
  return Object.fromEntries(PARTS.map((part) => [part, String(Math.round((parts[part] ?? 0) * 1e4) / 100)]));
};

/** Who is learnt from and who is tested: drawn by shares, or as a column of the table says. */
export function Parts({ hand, field }: Asked) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const { names } = useColumns(hand);
  const split = hand.data.split;
  const [typed, setTyped] = useState<Record<string, string> | null>(null);
  const [byColumn, setByColumn] = useState(split?.parts_column !== undefined);
  const [column, choose] = useHoped(split?.parts_column ?? "", (name) =>
    save([
      { at: ["split", "parts"], value: null },
      { at: ["split", "parts_column"], value: name },
    ]),
  );
  const shown = typed ?? percents(split);
  const type = (part: string, text: string) => {
    const wanted = { ...shown, [part]: text };
    setTyped(wanted);
    void save([
      { at: ["split", "parts_column"], value: null },
      { at: ["split", "parts"], value: sharesOf(wanted) },
    ]).then((saved) => saved && setTyped(null));
  };
  const drawn = () => {
    setByColumn(false);
    if (split?.parts_column) void save([{ at: ["split", "parts_column"], value: null }]);
  };
  return (
    <Together label={t[field.label]} help={t[field.help]} sentence={sentence} wide>
      <div className={style.row}>
        <Select
          label={t[field.label]}
          unlabelled
          value={byColumn ? "column" : "drawn"}
          disabled={!hand.canChange}
          choices={[
            { value: "drawn", text: t.parts_drawn },
            { value: "column", text: t.parts_column },
          ]}
          onChoose={(way) => (way === "column" ? setByColumn(true) : drawn())}
        />
        {byColumn ? (
          <Select
            label={t.partsColumn}
            value={column}
            disabled={!hand.canChange}
            choices={[
              { value: "", text: t.choose },
              ...[...new Set([...names, ...(split?.parts_column ? [split.parts_column] : [])])].map((name) => ({
                value: name,
                text: name,
              })),
            ]}
            onChoose={(name) => name && void choose(name)}
          />
        ) : (
          PARTS.map((part) => (
            <Line
              key={part}
              label={t[`part_${part}`]}
              value={shown[part] ?? ""}
              inputMode="decimal"
              maxLength={6}
              disabled={!hand.canChange}
              onChange={(event) => type(part, event.target.value)}
            />
          ))
        )}
      </div>
    </Together>
  );
}
