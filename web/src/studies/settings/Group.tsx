import { type ReactNode, useState } from "react";
import { useWords } from "../../words";
import type { Hand } from "../study";
import { type Field, isAbout } from "./fields";
import { Setting } from "./Setting";
import style from "./settings.module.css";
import { placeOf, valueAt } from "./values";
import { words } from "./words";

interface Folded {
  title: string;
  /** What is set inside, in short. */
  about: string;
  /** Heard instead of the title where several groups have the same one. */
  label?: string;
  children: ReactNode;
}

/** Questions that most people need not answer, folded. */
export function Fold({ title, about, label, children }: Folded) {
  const [open, setOpen] = useState(false);
  return (
    <details className={style.group} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={label}>
        <span className={style.title}>{title}</span> <span className={style.about}>{about}</span>
      </summary>
      {open && <div className={style.inside}>{children}</div>}
    </details>
  );
}

interface Fields {
  hand: Hand;
  fields: readonly Field[];
  about: ReadonlySet<string>;
  /** The number of the reader whose fields they are. */
  reader?: number;
}

/** Some fields, one below the other. */
export function Settings({ hand, fields, about, reader }: Fields) {
  return (
    <div className={style.fields}>
      {fields
        .filter((field) => isAbout(field, about))
        .map((field) => (
          <Setting key={field.at} hand={hand} field={field} reader={reader} />
        ))}
    </div>
  );
}

interface Grouped extends Fields {
  title: string;
  label?: string;
  /** Further fields, folded once more. */
  more?: readonly Field[];
  /** What is said where nothing is set. */
  unset?: string;
}

/** Fields in a fold that says what of them is set. */
export function Group({ hand, fields, about, reader, title, label, more = [], unset }: Grouped) {
  const t = useWords(words);
  const further = more.filter((field) => isAbout(field, about));
  const said = useSaid(hand, [...fields, ...further], about, reader);
  const saidMore = useSaid(hand, further, about, reader);
  return (
    <Fold title={title} about={said || unset || t.nothingSet} label={label}>
      <Settings {...{ hand, fields, about, reader }} />
      {further.length > 0 && (
        <Fold title={t.more} about={saidMore || t.nothingSet}>
          <Settings hand={hand} fields={further} about={about} reader={reader} />
        </Fold>
      )}
    </Fold>
  );
}

/** The labels of the fields that the study file says something about. */
function useSaid(hand: Hand, fields: readonly Field[], about: ReadonlySet<string>, reader?: number): string {
  const t = useWords(words);
  const isSet = (field: Field) =>
    valueAt(hand.study.data, placeOf(field, reader)) !== undefined ||
    (field.kind === "windows" && valueAt(hand.study.data, ["preparation", "windows"]) !== undefined) ||
    (field.kind === "threshold" && valueAt(hand.study.data, ["readers", reader ?? 0, "threshold_rule"]) !== undefined);
  return fields
    .filter((field) => isAbout(field, about) && field.kind !== "network" && isSet(field))
    .map((field) => t[field.label])
    .join(" · ");
}
