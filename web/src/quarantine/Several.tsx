import { useState } from "react";
import { Button, count, Notice, Tick } from "../parts";
import { useWords } from "../words";
import { type Decision, type Entry, pictureAt, reasonIn } from "./asking";
import { type Chosen, reasonOf, toggled } from "./choosing";
import style from "./Quarantine.module.css";
import { Settle } from "./Settle";
import { words } from "./words";

interface Properties {
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
  onOpen: (entry: Entry) => void;
  /** Back to the list; with a sentence where something was settled. */
  onBack: (told?: string) => void;
}

/** Several files of one kind: looked at one below the other, and decided on alike. */
export function Several({ chosen, onChange, onOpen, onBack }: Properties) {
  const t = useWords(words);
  const [asIs, showAsIs] = useState(false);
  const [seen, see] = useState<ReadonlySet<string>>(new Set());
  const [question, ask] = useState<Decision | null>(null);
  const entries = [...chosen.values()];
  const pictured = entries.filter((one) => one.has_picture);
  const which = asIs ? "before" : "after";
  const looked = pictured.filter((one) => seen.has(`${one.id} ${which}`)).length;
  const allLooked = pictured.length > 0 && looked === entries.length;
  const canBlank = !asIs && allLooked && entries.every((one) => one.boxes.length > 0);
  return (
    <section className={style.section}>
      <div>
        <Button kind="quiet" onClick={() => onBack()}>
          {t.back}
        </Button>
      </div>
      <h2>{t.severalTitle(count(entries.length), reasonIn(t, reasonOf(chosen) ?? ""))}</h2>
      {pictured.length > 0 ? (
        <>
          <p className={style.soft}>{t.severalAbout}</p>
          <Tick label={t.showAsIs} checked={asIs} onTick={showAsIs} />
        </>
      ) : (
        <Notice>{t.severalNoPicture}</Notice>
      )}
      <ul className={style.gallery}>
        {entries.map((one) => (
          <li key={one.id} className={style.card}>
            {one.has_picture && (
              <img
                src={pictureAt(one.id, which)}
                alt={asIs ? t.asIsAlt : t.afterAlt}
                loading="lazy"
                onLoad={() => see((before) => new Set(before).add(`${one.id} ${which}`))}
              />
            )}
            <p>
              {one.file ?? t.hidden} <small>{one.has_picture ? t.proposed(one.boxes.length) : one.detail}</small>
            </p>
            <div className={style.actions}>
              <Button kind="quiet" onClick={() => onOpen(one)}>
                {t.openOne}
              </Button>
              <Button kind="quiet" onClick={() => (entries.length === 1 ? onBack("") : onChange(toggled(chosen, one)))}>
                {t.leaveOut}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <div className={style.bar}>
        {pictured.length > 0 && <span role="status">{t.lookedAt(count(looked), count(entries.length))}</span>}
        {pictured.length > 0 && !asIs && (
          <Button kind="primary" disabled={!canBlank} onClick={() => ask("release_blanked")}>
            {t.severalBlanked(count(entries.length))}
          </Button>
        )}
        {pictured.length > 0 && asIs && (
          <Button kind="primary" disabled={!allLooked} onClick={() => ask("release_as_is")}>
            {t.severalAsIs(count(entries.length))}
          </Button>
        )}
        <Button kind="danger" onClick={() => ask("reject")}>
          {t.severalReject(count(entries.length))}
        </Button>
      </div>
      {question && <Settle entries={entries} decision={question} onNo={() => ask(null)} onDone={onBack} />}
    </section>
  );
}
