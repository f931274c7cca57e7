import { useMemo, useState } from "react";
import { Button, Tick } from "../parts";
import { useWords } from "../words";
import style from "./Case.module.css";
import type { Lesion } from "./history";
import type { Marking } from "./marking";
import { Named } from "./Named";
import { type MarkingSession, newName } from "./session";
import { stageWord } from "./stages";
import { words } from "./words";

/** Colours of opinions: they tell apart, and say nothing of who gave them. */
const COLOURS = ["#e69f00", "#56b4e9", "#cc79a7", "#f0e442"];

interface Layer {
  name: string;
  lesions: Lesion[];
  look: { colour: string; dash: number[]; sign: string };
}

export interface Seen {
  layers: readonly Layer[];
  drawn: readonly Layer[];
  shown: ReadonlySet<string>;
  show: (name: string, on: boolean) => void;
}

/** What others marked and this pass may see: earlier passes, or opinions without names. */
export function useOpinions(marking: Marking): Seen {
  const layers = useMemo(
    () => [
      ...marking.earlier.map(({ stage, lesions }) => layer(stage, lesions, "#e9e7e3", "")),
      ...marking.opinions.map(({ name, lesions }, place) =>
        layer(name, lesions, COLOURS[place % COLOURS.length] as string, letterOf(name)),
      ),
    ],
    [marking],
  );
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(
    () => new Set(layers.map(({ name }) => name).filter((name) => !hidden.has(name))),
    [layers, hidden],
  );
  const drawn = useMemo(() => layers.filter(({ name }) => shown.has(name)), [layers, shown]);
  const show = (name: string, on: boolean): void =>
    setHidden((before) => new Set(on ? [...before].filter((one) => one !== name) : [...before, name]));
  return { layers, drawn, shown, show };
}

const layer = (name: string, lesions: Lesion[], colour: string, sign: string): Layer => ({
  name,
  lesions,
  look: { colour, dash: sign ? [10, 4] : [2, 4], sign },
});

interface Properties {
  session: MarkingSession;
  seen: Seen;
  onShow: (image: number) => void;
}

/** Earlier passes, or the opinions beside each other with what they agree on; each finding can be taken over. */
export function Opinions({ session, seen, onShow }: Properties) {
  const t = useWords(words);
  const { marking } = session;
  if (seen.layers.length === 0) return null;
  const take = (...lesions: Lesion[]): void => {
    for (const one of lesions) takeOver(session, one);
  };
  return (
    <section aria-label={marking.opinions.length ? t.opinions : t.earlier}>
      <h2>{marking.opinions.length ? t.opinions : t.earlier}</h2>
      {seen.layers.map((one) => (
        <div key={one.name}>
          <div className={style.row}>
            <span className={style.spot} style={{ borderColor: one.look.colour }} />
            <Tick
              label={one.look.sign ? t.opinion(one.look.sign) : t[stageWord(one.name)]}
              checked={seen.shown.has(one.name)}
              onTick={(on) => seen.show(one.name, on)}
            />
            {session.open && one.look.sign && (
              <Button kind="quiet" onClick={() => take(...one.lesions.filter(({ deleted }) => !deleted))}>
                {t.takeAll}
              </Button>
            )}
          </div>
          <ul className={style.list}>
            {one.lesions
              .filter(({ deleted }) => !deleted)
              .map((lesion) => (
                <li key={lesion.lesion} className={style.row}>
                  <Button kind="quiet" onClick={() => showFirst(lesion, onShow)}>
                    {one.look.sign}
                    {lesion.number} <NameOf marking={marking} lesion={lesion} />
                  </Button>
                  <Agreeing marking={marking} opinion={one.name} lesion={lesion} />
                  {session.open && one.look.sign && (
                    <Button kind="quiet" onClick={() => take(lesion)}>
                      {t.takeOver}
                    </Button>
                  )}
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function NameOf({ marking, lesion }: { marking: Marking; lesion: Lesion }) {
  const t = useWords(words);
  const category = marking.categories.find(({ id }) => id === lesion.category);
  return category ? <Named category={category} /> : t.noCategory;
}

function showFirst(lesion: Lesion, onShow: (image: number) => void): void {
  const first = Object.keys(lesion.shapes)[0];
  if (first !== undefined) onShow(Number(first));
}

/** How a finding of an opinion stands to each of the others: as there, unlike there, not there. */
function Agreeing({ marking, opinion, lesion }: { marking: Marking; opinion: string; lesion: Lesion }) {
  const t = useWords(words);
  const said = marking.differences.flatMap(({ opinions, findings }) => {
    const side = opinions.indexOf(opinion);
    if (side < 0) return [];
    const own = side === 0 ? "first" : "second";
    const other = side === 0 ? "second" : "first";
    const letter = letterOf(opinions[1 - side] ?? "");
    const found = findings.find((one) => one[own] === lesion.lesion);
    if (!found) return [];
    if (found[other] === null) return [t.notIn(letter)];
    return [(found.agree ? t.agreesWith : t.differsFrom)(letter, (found.overlap ?? 0).toFixed(2))];
  });
  return said.length ? <span className={style.soft}>{said.join(" · ")}</span> : null;
}

const letterOf = (opinion: string): string => opinion.split(" ").at(-1) ?? "";

/** Make another's finding one's own: a lesion of its own with the same shapes. */
function takeOver(session: MarkingSession, { shapes, category, attributes, comment }: Lesion): void {
  const lesion = newName();
  session.does(
    { kind: "lesion_created", lesion, category, attributes, comment },
    ...Object.entries(shapes).map(([image, shape]) => ({
      kind: "shape_drawn" as const,
      lesion,
      image: Number(image),
      shape,
    })),
  );
  session.choose(lesion);
}
