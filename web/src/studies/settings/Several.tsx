import { type ReactNode, useId } from "react";
import { Tick } from "../../parts";
import { useWords } from "../../words";
import { useColumns } from "./offers";
import type { Asked } from "./Setting";
import style from "./settings.module.css";
import { useHoped, useTrying } from "./trying";
import { valueAt } from "./values";
import { words } from "./words";

interface Joined {
  label: string;
  help: ReactNode;
  sentence?: string;
  wide?: boolean;
  children: ReactNode;
}

/** Several controls that answer one question. */
export function Together({ label, help, sentence, wide, children }: Joined) {
  const id = useId();
  return (
    <fieldset className={wide ? `${style.set} ${style.wide}` : style.set} aria-describedby={`${id}-help`}>
      <legend>{label}</legend>
      {children}
      <small id={`${id}-help`} className={style.help}>
        {help}
      </small>
      {sentence && (
        <p className={style.wrong} role="alert">
          {sentence}
        </p>
      )}
    </fieldset>
  );
}

/** Yes or no. */
export function Ticked({ hand, field, place }: Asked) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const usual = field.usual === "true";
  const now = valueAt(hand.study.data, place);
  const [on, write] = useHoped(typeof now === "boolean" ? now : usual, (wanted) =>
    save([{ at: place, value: wanted === usual ? null : wanted }]),
  );
  return (
    <div className={style.set}>
      <Tick label={t[field.label]} checked={on} disabled={!hand.canChange} onTick={(wanted) => void write(wanted)} />
      <small className={style.help}>{t[field.help]}</small>
      {sentence && (
        <p className={style.wrong} role="alert">
          {sentence}
        </p>
      )}
    </div>
  );
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Some of a few, in the order in which they were chosen. */
export function Several({ hand, field, place }: Asked) {
  const t = useWords(words);
  const choices = (field.choices ?? []).map(([value, word]) => ({ value, text: t[word] }));
  const kept = texts(valueAt(hand.study.data, place));
  const usual = field.usual ? [field.usual] : [];
  return <Ticks {...{ hand, field, place, choices, usual }} now={kept.length ? kept : usual} />;
}

/** Some of the table's columns. */
export function Columns({ hand, field, place }: Asked) {
  const t = useWords(words);
  const { names, cut } = useColumns(hand);
  const kept = texts(valueAt(hand.study.data, place));
  const all = [...names, ...kept.filter((name) => !names.includes(name))];
  const choices = all.map((name) => ({ value: name, text: name }));
  const note = all.length === 0 ? t.columnsNone : cut ? t.manyColumns(names.length) : "";
  return <Ticks {...{ hand, field, place, choices, note }} now={kept} usual={[]} />;
}

interface Choices extends Asked {
  choices: { value: string; text: string }[];
  now: string[];
  usual: string[];
  note?: string;
}

function Ticks({ hand, field, place, choices, now: kept, usual, note }: Choices) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const [now, write] = useHoped(kept, (wanted) =>
    save([{ at: place, value: wanted.length && wanted.join() !== usual.join() ? wanted : null }]),
  );
  return (
    <Together label={t[field.label]} help={t[field.help]} sentence={sentence} wide={choices.length > 8}>
      <div className={style.ticks}>
        {choices.map(({ value, text }) => (
          <Tick
            key={value}
            label={text}
            checked={now.includes(value)}
            disabled={!hand.canChange}
            onTick={(on) => void write(on ? [...now, value] : now.filter((each) => each !== value))}
          />
        ))}
      </div>
      {note && <small className={style.help}>{note}</small>}
    </Together>
  );
}
