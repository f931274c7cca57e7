import { useEffect, useRef, useState } from "react";
import { Field as Line, Select } from "../../parts";
import { useWords } from "../../words";
import { type Hand, nameOf } from "../study";
import { Choose } from "./Choose";
import { Criteria } from "./Criteria";
import { External } from "./External";
import type { Field } from "./fields";
import { Margins } from "./Margins";
import { useColumns, useOffers } from "./offers";
import { Parts } from "./Parts";
import { BesideTable } from "./SecondTable";
import { Columns, Several, Ticked } from "./Several";
import { Threshold } from "./Threshold";
import { useHoped, useTrying } from "./trying";
import { chosen, frameMeant, meant, type Place, placeOf, typed, valueAt } from "./values";
import { Windows } from "./Windows";
import { words } from "./words";

export interface Asked {
  hand: Hand;
  field: Field;
  place: Place;
}

/** One key of the study file, asked for as it is best understood. */
export function Setting({ hand, field, reader }: { hand: Hand; field: Field; reader?: number | undefined }) {
  const asked = { hand, field, place: placeOf(field, reader) };
  switch (field.kind) {
    case "tick":
      return <Ticked {...asked} />;
    case "several":
      return <Several {...asked} />;
    case "columns":
      return <Columns {...asked} />;
    case "choice":
    case "known":
    case "column":
    case "network":
    case "reader":
    case "recalibrate":
      return <Chosen {...asked} reader={reader ?? 0} />;
    case "table":
      return <BesideTable {...asked} />;
    case "threshold":
      return <Threshold {...asked} reader={reader ?? 0} />;
    case "windows":
      return <Windows {...asked} />;
    case "choose":
      return <Choose {...asked} />;
    case "parts":
      return <Parts {...asked} />;
    case "external":
      return <External {...asked} />;
    case "margins":
      return <Margins {...asked} />;
    case "criteria":
      return <Criteria {...asked} />;
    default:
      return <Typed {...asked} />;
  }
}

const PAUSE_MS = 600;

/** A text, a number or several, looked at by the server while it is typed, and saved where it can be read. */
export function Typed({ hand, field, place }: Asked) {
  const t = useWords(words);
  const kept = typed(valueAt(hand.study.data, place));
  const [text, setText] = useState<string | null>(null);
  const { sentence, save } = useTrying(hand);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const value = (now: string) => (field.at === "preparation.frame" ? frameMeant(now) : meant(field.kind, now));
  const write = async (now: string, done: boolean) => {
    clearTimeout(timer.current);
    const saved = now === kept ? await save([]) : await save([{ at: place, value: value(now) }]);
    if (done && (saved || now === kept)) setText(null);
  };
  return (
    <Line
      label={t[field.label]}
      hint={t[field.help]}
      error={sentence || undefined}
      value={text ?? kept}
      placeholder={field.usual ?? t.decided}
      inputMode={field.kind === "number" ? "decimal" : "text"}
      maxLength={500}
      disabled={!hand.canChange}
      onChange={(event) => {
        const now = event.target.value;
        setText(now);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => void write(now, false), PAUSE_MS);
      }}
      onBlur={() => text !== null && void write(text, true)}
    />
  );
}

/** One of a few: of those that the field names, of the table's columns, of networks, or of other readers. */
function Chosen({ hand, field, place, reader }: Asked & { reader: number }) {
  const t = useWords(words);
  const { sentence, save } = useTrying(hand);
  const offers = useOffers(hand);
  const { names } = useColumns(hand);
  const readers = (hand.data.readers ?? []).map(nameOf);
  // A recalibration stands under the reader's name, which is known only here.
  const at = field.kind === "recalibrate" ? [...place, readers[reader] ?? ""] : place;
  const yesOrNo = field.at === "readers.pretrained" || field.kind === "known";
  const [now, write] = useHoped(typed(valueAt(hand.study.data, at)), (value) =>
    save([{ at, value: yesOrNo ? chosen(value) : value || null }]),
  );
  const named: Record<string, readonly (readonly [string, string])[]> = {
    known: [
      ["true", t.yes],
      ["false", t.no],
    ],
    column: names.map((name) => [name, name] as const),
    reader: readers.map((name) => [name, name] as const),
    network: [
      ["auto", t.modelAuto],
      ...(offers?.networks ?? [])
        .filter((each) => !each.volumes || hand.data.cohort?.volumes === true)
        .map(({ name }) => [name, name] as const),
    ],
  };
  const choices = (named[field.kind] ?? field.choices?.map(([value, word]) => [value, t[word]] as const) ?? []).map(
    ([value, text]) => ({ value, text }),
  );
  const usual = choices.find(({ value }) => value === field.usual)?.text;
  const rest = choices.filter(({ value }) => value !== field.usual);
  const first = { value: "", text: usual ? t.usually(usual) : field.kind === "known" ? t.foundOut : t.decided };
  const shown = now === field.usual ? "" : now;
  const strange = shown !== "" && !rest.some(({ value }) => value === shown) ? [{ value: shown, text: shown }] : [];
  return (
    <Select
      label={t[field.label]}
      hint={t[field.help]}
      error={sentence || undefined}
      value={shown}
      disabled={!hand.canChange}
      choices={[...(field.kind === "network" ? [] : [first]), ...strange, ...rest]}
      onChoose={(value) => void write(value)}
    />
  );
}
