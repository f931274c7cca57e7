import { useState, useSyncExternalStore } from "react";
import { Button, Select, TextArea } from "../parts";
import { useWords } from "../words";
import style from "./Case.module.css";
import type { Drawing } from "./drawing";
import type { Lesion } from "./history";
import type { Category } from "./marking";
import { Named } from "./Named";
import { areaOf } from "./pixels";
import type { MarkingSession } from "./session";
import { words } from "./words";

interface Properties {
  session: MarkingSession;
  drawing: Drawing;
  onShow: (image: number) => void;
}

/** What is marked: the lesions, what is said of the chosen one, and of the whole case. */
export function LesionPanel({ session, drawing, onShow }: Properties) {
  const t = useWords(words);
  const { marked, chosen } = useSyncExternalStore(session.listen, session.snapshot);
  const draw = useSyncExternalStore(drawing.listen, drawing.snapshot);
  const lesion = session.lesion;
  const { categories } = session.marking;
  const choose = (one: Lesion): void => {
    session.choose(one.lesion);
    const first = Object.keys(one.shapes)[0];
    if (first !== undefined) onShow(Number(first));
  };
  return (
    <>
      <h2>{t.lesions}</h2>
      {marked.lesions.length === 0 && <p className={style.soft}>{t.noLesions}</p>}
      <ul className={style.list}>
        {marked.lesions.map((one) => (
          <li key={one.lesion}>
            <Row
              lesion={one}
              chosen={one.lesion === chosen}
              categories={categories}
              session={session}
              onChoose={() => choose(one)}
            />
          </li>
        ))}
      </ul>
      <h2>{t.category}</h2>
      <div className={style.categories}>
        {categories.map((one) => (
          <button
            key={one.id}
            type="button"
            className={style.lesion}
            aria-pressed={(lesion?.category ?? draw.category) === one.id}
            aria-keyshortcuts={one.key}
            disabled={!session.open}
            onClick={() => {
              drawing.set({ category: one.id });
              if (lesion) session.does({ kind: "category_set", lesion: lesion.lesion, category: one.id });
            }}
          >
            <span className={style.spot} style={{ borderColor: one.colour, background: one.colour }} />
            <Named category={one} />
            <kbd>{one.key}</kbd>
          </button>
        ))}
      </div>
      {lesion && <Chosen session={session} lesion={lesion} />}
      <Whole session={session} />
    </>
  );
}

interface RowProperties {
  lesion: Lesion;
  chosen: boolean;
  categories: readonly Category[];
  session: MarkingSession;
  onChoose: () => void;
}

function Row({ lesion, chosen, categories, session, onChoose }: RowProperties) {
  const t = useWords(words);
  const category = categories.find(({ id }) => id === lesion.category);
  const waits = lesion.proposal?.state === "proposed";
  return (
    <>
      <button
        type="button"
        className={style.lesion}
        aria-pressed={chosen}
        data-deleted={lesion.deleted}
        onClick={onChoose}
      >
        <span className={style.spot} style={{ borderColor: category?.colour ?? "#fff" }} data-dashed={waits} />
        <span>
          {t.lesion(lesion.number)}{" "}
          {category ? <Named category={category} /> : <span className={style.soft}>{t.noCategory}</span>}
        </span>
        <span className={style.soft}>{t.onImages(Object.keys(lesion.shapes).length)}</span>
      </button>
      {lesion.deleted && session.open && (
        <Button kind="quiet" onClick={() => session.does({ kind: "lesion_restored", lesion: lesion.lesion })}>
          {t.restore}
        </Button>
      )}
      {lesion.proposal && <Proposed lesion={lesion} session={session} />}
    </>
  );
}

function Proposed({ lesion, session }: { lesion: Lesion; session: MarkingSession }) {
  const t = useWords(words);
  const { proposal } = lesion;
  if (!proposal) return null;
  return (
    <div className={style.row}>
      <span className={style.soft}>
        {t.proposal(proposal.source, proposal.score === null ? "" : proposal.score.toFixed(2))}
        {proposal.state !== "proposed" && ` · ${t[proposal.state]}`}
      </span>
      {proposal.state === "proposed" && session.open && (
        <>
          <Button hotkey="j" onClick={() => session.does({ kind: "proposal_accepted", lesion: lesion.lesion })}>
            {t.accept}
          </Button>
          <Button hotkey="k" onClick={() => session.does({ kind: "proposal_declined", lesion: lesion.lesion })}>
            {t.decline}
          </Button>
        </>
      )}
    </div>
  );
}

function Chosen({ session, lesion }: { session: MarkingSession; lesion: Lesion }) {
  const t = useWords(words);
  const others = session.state.marked.lesions.filter((one) => !one.deleted && one.lesion !== lesion.lesion);
  const area = Object.entries(lesion.shapes)
    .filter(([, shape]) => shape.kind !== "line")
    .reduce((sum, [image, shape]) => sum + areaOf(shape, session.sizeOf(Number(image))), 0);
  return (
    <section aria-label={t.lesion(lesion.number)}>
      <h2>{t.lesion(lesion.number)}</h2>
      {area > 0 && <p className={style.soft}>{t.area(area)}</p>}
      <div className={style.fields}>
        {session.marking.attributes.map(({ name, choices }) => (
          <Select
            key={name}
            label={t.said(name)}
            value={lesion.attributes[name] ?? ""}
            disabled={!session.open}
            choices={[{ value: "", text: t.notSaid }, ...choices.map((value) => ({ value, text: t.said(value) }))]}
            onChoose={(value) => {
              const { [name]: _before, ...rest } = lesion.attributes;
              session.does({
                kind: "attributes_set",
                lesion: lesion.lesion,
                attributes: value ? { ...rest, [name]: value } : rest,
              });
            }}
          />
        ))}
        <Comment
          key={lesion.lesion}
          label={t.comment}
          value={lesion.comment}
          open={session.open}
          onSay={(comment) => session.does({ kind: "comment_set", lesion: lesion.lesion, comment })}
        />
        {others.length > 0 && session.open && (
          <Select
            label={t.mergeWith}
            value=""
            choices={[
              { value: "", text: "" },
              ...others.map((one) => ({ value: one.lesion, text: t.lesion(one.number) })),
            ]}
            onChoose={(other) => other && session.does({ kind: "lesions_merged", lesion: lesion.lesion, other })}
          />
        )}
      </div>
      {session.open && (
        <Button kind="danger" onClick={() => session.does({ kind: "lesion_deleted", lesion: lesion.lesion })}>
          {t.removeLesion}
        </Button>
      )}
    </section>
  );
}

function Whole({ session }: { session: MarkingSession }) {
  const t = useWords(words);
  const { marked } = session.state;
  return (
    <section aria-label={t.case}>
      <h2>{t.case}</h2>
      <div className={style.fields}>
        <Select
          label={t.caseLabel}
          value={marked.label}
          disabled={!session.open}
          choices={[
            { value: "", text: t.notSaid },
            { value: "benign", text: t.benign },
            { value: "malignant", text: t.malignant },
            { value: "normal", text: t.normal },
          ]}
          onChoose={(label) => session.does({ kind: "label_set", label })}
        />
        <Comment
          label={t.caseComment}
          value={marked.comment}
          open={session.open}
          onSay={(comment) => session.does({ kind: "comment_set", lesion: null, comment })}
        />
      </div>
    </section>
  );
}

interface Said {
  label: string;
  value: string;
  open: boolean;
  onSay: (text: string) => void;
}

/** Free words; they are kept when one leaves the field. */
function Comment({ label, value, open, onSay }: Said) {
  const [text, setText] = useState<string | null>(null);
  return (
    <TextArea
      label={label}
      rows={2}
      maxLength={2000}
      disabled={!open}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        if (text !== null && text !== value) onSay(text);
        setText(null);
      }}
    />
  );
}
