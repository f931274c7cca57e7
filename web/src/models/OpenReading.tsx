import { useState } from "react";
import { Button, Dialog, Picture, Tick, Told } from "../parts";
import { useHotkeys } from "../parts/hotkeys";
import { useWords } from "../words";
import { columnName, decisionText, imageName, type OneReading, pictureAt, printed, type ReadingShown } from "./asking";
import style from "./Reading.module.css";
import { words } from "./readingWords";

interface Properties {
  shown: ReadingShown;
  row: OneReading;
  names: ReadonlyMap<number, string> | undefined;
  onClose: () => void;
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
}

/** One image or case: its picture, where the model looked, and all that it said. */
export function OpenReading({ shown, row, names, onClose, onPrevious, onNext }: Properties) {
  const t = useWords(words);
  const [withMap, setWithMap] = useState(shown.maps);
  useHotkeys([
    { keys: "m", does: t.mapKey, run: () => setWithMap((now) => !now && shown.maps), whileTyping: true },
    { keys: "n", does: t.next, run: () => onNext?.(), whileTyping: true },
    { keys: "p", does: t.previous, run: () => onPrevious?.(), whileTyping: true },
  ]);
  const actions = (
    <>
      <Button disabled={!onPrevious} hotkey="p" onClick={onPrevious}>
        {t.previous}
      </Button>
      <Button disabled={!onNext} hotkey="n" onClick={onNext}>
        {t.next}
      </Button>
      <Button onClick={onClose}>{t.close}</Button>
    </>
  );
  return (
    <Dialog title={imageName(t, row, names)} onClose={onClose} actions={actions} wide>
      <div className={style.beside}>
        <div className={style.pictures}>
          {row.pictures.length === 0 && <p className={style.soft}>{t.noPicture}</p>}
          {row.pictures.map((image) => (
            <Picture
              key={image}
              size="whole"
              src={pictureAt(shown.reading.id, image, withMap)}
              alt={withMap ? t.pictureWithMap(image) : t.pictureOf(image)}
            />
          ))}
          {shown.maps && row.pictures.length > 0 && <Tick label={t.withMap} checked={withMap} onTick={setWithMap} />}
          {row.pictures.length > 0 && (
            <small className={style.soft}>
              {t.pictureAbout} {withMap && t.mapAbout}
            </small>
          )}
        </div>
        <dl className={style.facts}>
          {row.values &&
            shown.columns.map((column) => (
              <Fact key={column} name={columnName(t, shown, column)}>
                {printed(row.values?.[column])}
              </Fact>
            ))}
          {row.values && <Fact name={t.decision}>{decisionText(t, row)}</Fact>}
          {row.notices.length > 0 && (
            <Fact name={t.notices}>
              {row.notices.map((notice) => (
                <p key={notice}>
                  <Told>{notice}</Told>
                </p>
              ))}
            </Fact>
          )}
          {row.reason && (
            <Fact name={t.notRead}>
              <Told>{row.reason}</Told>
            </Fact>
          )}
        </dl>
      </div>
    </Dialog>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
