import { useState } from "react";
import { answer, api } from "../../api/client";
import { Button, Field as Line, Problem, Select } from "../../parts";
import { useWords } from "../../words";
import type { Hand } from "../study";
import { type ColumnShown, useTableColumns } from "./offers";
import { SecondTable } from "./SecondTable";
import type { Asked } from "./Setting";
import { Together } from "./Several";
import style from "./settings.module.css";
import { useTrying } from "./trying";
import { criterion, valueAt } from "./values";
import { words } from "./words";

type Way = "value" | "day" | "table";
/** How the server says that a cohort came with a table of its own. */
const JOINED = /^`external cohort` == /;

/** Cohorts that are only tested: by a column, from a day on, or with a table and images of their own. */
export function External({ hand, field, place }: Asked) {
  const t = useWords(words);
  const [problem, setProblem] = useState<unknown>(null);
  const [way, setWay] = useState<Way>("value");
  const now = (valueAt(hand.study.data, place) ?? {}) as Record<string, string>;
  const { slug, tag } = hand.study;
  const columns = useTableColumns(hand, hand.data.cohort?.table ?? "");
  const takeOut = async (name: string) => {
    setProblem(null);
    const path = { params: { path: { slug, name } } };
    try {
      hand.adopt(await answer(api.POST("/api/studies/{slug}/external/{name}/out", { ...path, body: { tag } })));
    } catch (raised) {
      setProblem(raised);
    }
  };
  const choices: { value: Way; text: string }[] = [
    { value: "value", text: t.external_value },
    { value: "day", text: t.external_day },
    { value: "table", text: t.external_table },
  ];
  return (
    <Together label={t[field.label]} help={t[field.help]} wide>
      {Object.keys(now).length === 0 && <span className={style.help}>{t.noExternal}</span>}
      <ul className={style.list}>
        {Object.entries(now).map(([name, text]) => (
          <li key={name} className={style.row}>
            <span>
              {name}: {JOINED.test(text) ? t.joinedCohort : <code>{text}</code>}
            </span>
            {hand.canChange && (
              <Button kind="quiet" aria-label={t.takeOut(name)} onClick={() => void takeOut(name)}>
                {t.remove}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Problem of={problem} />
      {hand.canChange && hand.data.cohort?.table && (
        <>
          <Select label={t.externalWay} value={way} choices={choices} onChoose={setWay} />
          {way === "table" ? (
            <SecondTable hand={hand} onJoined={() => setWay("value")} />
          ) : (
            <ByColumn key={way} hand={hand} way={way} columns={columns} />
          )}
        </>
      )}
    </Together>
  );
}

interface Chosen {
  hand: Hand;
  way: "value" | "day";
  columns: readonly ColumnShown[];
}

/** A cohort by what a column of the study's own table says. */
function ByColumn({ hand, way, columns }: Chosen) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const [name, setName] = useState("");
  const [column, setColumn] = useState("");
  const [value, setValue] = useState("");
  const fitting = columns.filter(({ kind, private: hidden }) => !hidden && (kind === "date") === (way === "day"));
  const found = fitting.find((each) => each.name === column);
  const values = way === "value" ? Object.keys(found?.values ?? {}) : [];
  const called = name.trim() || (way === "day" && value ? t.externalFrom(value) : value);
  const add = async () => {
    const saved = await save([
      { at: ["split", "external", called], value: criterion(column, way === "day" ? ">=" : "==", value.trim()) },
    ]);
    if (saved) {
      setName("");
      setValue("");
    }
  };
  return (
    <>
      <div className={style.row}>
        <Select
          label={t.externalColumn}
          value={column}
          choices={[{ value: "", text: t.choose }, ...fitting.map((each) => ({ value: each.name, text: each.name }))]}
          onChoose={(wanted) => {
            setColumn(wanted);
            setValue("");
          }}
        />
        {values.length > 0 ? (
          <Select
            label={t.externalValue}
            value={value}
            choices={[{ value: "", text: t.choose }, ...values.map((each) => ({ value: each, text: each }))]}
            onChoose={setValue}
          />
        ) : (
          <Line
            label={way === "day" ? t.externalDay : t.externalValue}
            value={value}
            maxLength={100}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
        <Line
          label={t.externalName}
          value={name}
          placeholder={called}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
        />
        <Button disabled={column === "" || value.trim() === ""} onClick={() => void add()}>
          {t.addCohort}
        </Button>
      </div>
      {sentence && (
        <p className={style.wrong} role="alert">
          {sentence}
        </p>
      )}
    </>
  );
}
