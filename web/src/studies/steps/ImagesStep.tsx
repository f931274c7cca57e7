import { useState } from "react";
import { answer, api } from "../../api/client";
import { useRights } from "../../api/session";
import {
  Button,
  type DroppedFile,
  Field,
  FileDrop,
  Guess,
  Notice,
  Problem,
  Progress,
  Sentence,
  Skeleton,
} from "../../parts";
import { useWords } from "../../words";
import { chosenValues, withValue } from "../criteria";
import { Pictures } from "../Pictures";
import style from "../studies.module.css";
import { type Hand, type ImagesShown, useLook } from "../study";
import { bringPictures, isPicture } from "../uploading";
import { words } from "../words";
import { Folders } from "./Folders";

/** Where the images come from, and what they are. */
export function ImagesStep({ hand, next }: { hand: Hand; next: () => void }) {
  const t = useWords(words);
  const may = useRights();
  const slug = hand.study.slug;
  const images = hand.data.cohort?.images;
  const [way, setWay] = useState<"folder" | "upload" | null>(null);
  const [sent, setSent] = useState<{ done: number; all: number; refused: number } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);

  const use = async (folder: string) => {
    const saved = await hand.change([
      ...(hand.data.cohort?.patient_pattern ? [{ at: ["cohort", "patient_pattern"] }] : []),
      { at: ["cohort", "images"], value: folder },
    ]);
    if (!saved || folder === "archive") return;
    const look = await answer(api.GET("/api/studies/{slug}/images", { params: { path: { slug } } }));
    const first = look.patterns[0]?.pattern;
    // Pictures that may be of one patient are kept together unless somebody says that they are not.
    if (first) await hand.change([{ at: ["cohort", "patient_pattern"], value: first }]);
    setWay(null);
  };
  const upload = async (files: DroppedFile[]) => {
    const pictures = files.filter(isPicture);
    const into = images?.startsWith("images") ? `images-${Date.now().toString(36)}` : "images";
    setProblem(null);
    const others = files.length - pictures.length;
    try {
      await bringPictures(slug, into, pictures, (done, refusedFiles) =>
        setSent({ done, all: pictures.length, refused: others + refusedFiles }),
      );
      if (pictures.length > 0) await use(into);
    } catch (raised) {
      setProblem(raised);
    }
  };

  return (
    <>
      {hand.canChange && (
        <>
          <p>{t.imagesAsk}</p>
          <div className={style.row}>
            {may("see_archive") && (
              <Button onClick={() => void use("archive").then(() => setWay(null))}>{t.fromArchive}</Button>
            )}
            <Button onClick={() => setWay("folder")}>{t.fromFolder}</Button>
            <Button onClick={() => setWay("upload")}>{t.fromUpload}</Button>
            {!images && (
              <Button kind="quiet" onClick={next}>
                {t.noImages}
              </Button>
            )}
          </div>
        </>
      )}
      {way === "folder" && <Folders onUse={(folder) => void use(folder)} />}
      {way === "upload" && (
        <FileDrop label={t.uploadLabel} hint={t.uploadHint} folder multiple onFiles={(files) => void upload(files)} />
      )}
      {sent && sent.done < sent.all && (
        <Progress label={t.uploading(sent.done, sent.all)} done={sent.done / sent.all} />
      )}
      {sent && sent.refused > 0 && <Notice kind="warning">{t.refusedFiles(sent.refused)}</Notice>}
      <Problem of={problem} />
      {images && <Chosen hand={hand} />}
      {images && hand.canChange && (
        <div>
          <Button kind="primary" onClick={next}>
            {t.close}
          </Button>
        </div>
      )}
    </>
  );
}

function Chosen({ hand }: { hand: Hand }) {
  const t = useWords(words);
  const slug = hand.study.slug;
  const look = useLook(slug, ["images"], () =>
    answer(api.GET("/api/studies/{slug}/images", { params: { path: { slug } } })),
  );
  if (look.isLoading) return <Skeleton lines={4} />;
  if (!look.data) return <Problem of={look.error} onRetry={() => void look.refetch()} />;
  const shown = look.data;
  const labels = Object.entries(shown.labels);
  const pattern = hand.data.cohort?.patient_pattern ?? "";
  const known = shown.patterns.some((each) => each.pattern === pattern);
  return (
    <>
      {shown.source === "folder" && (
        <Sentence>
          {t.folderSentence(shown.images)}.{" "}
          {labels.length > 0 &&
            `${t.labelledAs} ${labels.map(([name, n]) => `${name} ${n.toLocaleString("en")}`).join(", ")}. `}
          {Object.keys(shown.parts).length > 0 && `${t.asParts} `}
          {shown.loose > 0 && labels.length > 0 && `${t.loose(shown.loose)} `}
        </Sentence>
      )}
      {shown.source === "folder" && (
        <Sentence>
          {t.patientFrom}{" "}
          <Guess
            label={t.patientFrom}
            value={pattern}
            disabled={!hand.canChange}
            choices={[
              ...shown.patterns.map((each) => ({
                value: each.pattern,
                text: each.pattern ? t.byPattern(each.pattern, each.patients) : t.everyFile,
              })),
              ...(known ? [] : [{ value: pattern, text: pattern }]),
            ]}
            onChoose={(value) => void hand.change([{ at: ["cohort", "patient_pattern"], value: value || null }])}
          />
          . <span className={style.soft}>{t.patternWhy}</span>
        </Sentence>
      )}
      {shown.source === "archive" && <Archive hand={hand} shown={shown} />}
      <Pictures slug={slug} pictures={shown.samples.map((key) => ({ key, name: "" }))} />
    </>
  );
}

const FACETS = ["modality", "view", "body_part", "sex", "manufacturer"] as const;

function Archive({ hand, shown }: { hand: Hand; shown: ImagesShown }) {
  const t = useWords(words);
  const [typed, setTyped] = useState("");
  const include = hand.data.cohort?.include ?? [];
  const write = (criteria: string[]) =>
    hand.change([{ at: ["cohort", "include"], value: criteria.length ? criteria : null }]);
  const add = () => void write([...include, typed.trim()]).then((saved) => saved && setTyped(""));
  const [low, high] = shown.ages;
  return (
    <>
      <Sentence>
        {t.archiveSentence(shown.kept, shown.images, shown.kept_patients ?? 0)}.{" "}
        {low !== undefined && high !== undefined && t.ages(low, high)}
      </Sentence>
      <dl className={style.facets}>
        {FACETS.map((column) => (
          <div key={column}>
            <dt>{t[column]}</dt>
            <dd>
              {Object.entries(shown.facets[column] ?? {}).map(([value, n]) => (
                <button
                  key={value}
                  type="button"
                  className={style.chip}
                  disabled={!hand.canChange || value === ""}
                  aria-pressed={include.some((each) => chosenValues(each, column)?.includes(value))}
                  onClick={() => void write(withValue(include, column, value))}
                >
                  {value || t.notSaid} {n.all.toLocaleString("en")}
                </button>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <ul className={style.plain}>
        {include.map((criterion) => (
          <li key={criterion} className={style.row}>
            <code>{criterion}</code>
            {hand.canChange && (
              <Button
                kind="quiet"
                aria-label={`${t.remove}: ${criterion}`}
                onClick={() => void write(include.filter((each) => each !== criterion))}
              >
                {t.remove}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {shown.aside.length > 0 && <p className={style.soft}>{t.aside(shown.aside.join("; "))}</p>}
      {hand.canChange && (
        <div className={style.row}>
          <Field
            label={t.addCriterion}
            hint={t.criterionHint}
            value={typed}
            maxLength={500}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button onClick={add} disabled={!typed.trim()}>
            {t.add}
          </Button>
        </div>
      )}
    </>
  );
}
