import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answer, api } from "../../api/client";
import { Button, Dialog, Picture, Problem, Select, Skeleton } from "../../parts";
import { useHotkeys } from "../../parts/hotkeys";
import { useWords } from "../../words";
import { addressOf, type Where } from "./asking";
import { number as printed } from "./numbers";
import style from "./results.module.css";
import { Scrolling } from "./Tables";
import { words } from "./words";

interface Properties {
  where: Where;
  number: number;
  of: string;
  at: string;
  onClose: () => void;
  onPrevious?: (() => void) | undefined;
  onNext?: (() => void) | undefined;
}

/** One case: its pictures, what every reader said, and the map of where the model looked, as a layer. */
export function OpenCase({ where, number, of, at, onClose, onPrevious, onNext }: Properties) {
  const t = useWords(words);
  const [withMap, setWithMap] = useState(true);
  const found = useQuery({
    queryKey: ["result case", where.slug, where.run, number, of, at],
    queryFn: () =>
      answer(
        api.GET("/api/results/{slug}/{run}/cases/{number}", {
          params: { path: { ...where, number }, query: { of, at } },
        }),
      ),
  });
  useHotkeys([
    { keys: "m", does: t.mapKey, run: () => setWithMap((now) => !now), whileTyping: true },
    { keys: "n", does: t.nextCase, run: () => onNext?.(), whileTyping: true },
    { keys: "p", does: t.previousCase, run: () => onPrevious?.(), whileTyping: true },
  ]);
  const one = found.data;
  const actions = (
    <>
      <Button disabled={!onPrevious} hotkey="p" onClick={onPrevious}>
        {t.previousCase}
      </Button>
      <Button disabled={!onNext} hotkey="n" onClick={onNext}>
        {t.nextCase}
      </Button>
      <Close onClose={onClose} />
    </>
  );
  return (
    <Dialog title={t.caseNumber(number)} onClose={onClose} actions={actions} wide>
      {!one && (found.error ? <Problem of={found.error} /> : <Skeleton />)}
      {one && (
        <div className={style.beside}>
          <Pictures key={number} where={where} found={one} withMap={withMap} onMap={setWithMap} />
          <div>
            <p>
              {one.name && <span className={style.soft}>{one.name} · </span>}
              {t.partIs} {one.part} · {t.was} <strong>{one.truth}</strong>
            </p>
            <Scrolling label={t.reader}>
              <table className={style.table}>
                <thead>
                  <tr>
                    <th scope="col">{t.reader}</th>
                    <th scope="col">{t.said}</th>
                    <th scope="col" data-side="right">
                      {t.score}
                    </th>
                    <th scope="col">{t.outcome}</th>
                  </tr>
                </thead>
                <tbody>
                  {one.opinions.map((opinion) => (
                    <tr key={opinion.reader}>
                      <th scope="row">{opinion.reader}</th>
                      <td>{opinion.said || "—"}</td>
                      <td data-side="right">{printed(opinion.score, 3)}</td>
                      <td>{t[opinion.outcome as "tp"]}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scrolling>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function Close({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  return <Button onClick={onClose}>{t.closeCase}</Button>;
}

type Found = Awaited<ReturnType<typeof caseOf>>;
const caseOf = (where: Where, number: number) =>
  answer(api.GET("/api/results/{slug}/{run}/cases/{number}", { params: { path: { ...where, number } } }));

interface Looking {
  where: Where;
  found: Found;
  withMap: boolean;
  onMap: (on: boolean) => void;
}

function Pictures({ where, found, withMap, onMap }: Looking) {
  const t = useWords(words);
  const layers = found.maps.flatMap((each) => each.titles.map((title, which) => ({ ...each, title, which })));
  const [layer, setLayer] = useState("0");
  const [image, setImage] = useState("0");
  const now = layers[Number(layer)];
  // The images around are fetched while one looks at this one.
  useEffect(() => {
    for (let next = 0; next < Math.min(found.images, 6); next += 1)
      new Image().src = addressOf(where, `/cases/${found.number}/images/${next}?side=1024`);
  }, [found, where]);
  return (
    <div className={style.panel}>
      {now ? (
        <div className={style.layers} data-map={withMap}>
          <img src={addressOf(where, `/maps/${now.place}`)} alt={t.pictureOf(found.number)} />
          {withMap && <img src={addressOf(where, `/maps/${now.place}/${now.which}`)} alt={t.mapOf(now.title)} />}
        </div>
      ) : found.images > 0 ? (
        <Picture
          size="whole"
          src={addressOf(where, `/cases/${found.number}/images/${image}?side=1024`)}
          alt={t.pictureOf(found.number)}
        />
      ) : (
        <span className={style.noImage}>{t.noImage}</span>
      )}
      {now && (
        <div className={style.row}>
          <Button aria-pressed={withMap} onClick={() => onMap(!withMap)}>
            {t.hideMap}
          </Button>
          <Select
            label={t.whichMap}
            value={layer}
            choices={layers.map((each, place) => ({ value: String(place), text: `${each.title} · ${each.reader}` }))}
            onChoose={setLayer}
          />
        </div>
      )}
      {now && <p className={style.notes}>{t.mapsAbout}</p>}
      {!now && found.images > 1 && (
        <Select
          label={t.image(Number(image) + 1)}
          value={image}
          choices={Array.from({ length: found.images }, (_, place) => ({
            value: String(place),
            text: t.image(place + 1),
          }))}
          onChoose={setImage}
        />
      )}
    </div>
  );
}
