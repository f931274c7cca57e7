import { useState } from "react";
import { answer, api } from "../../api/client";
import { Button, Field, FileDrop, Guess, Notice, Problem, Select, Sentence, Tick } from "../../parts";
import { useWords } from "../../words";
import { readerSentence } from "../sentences";
import { aboutOf, aboutReader } from "../settings/about";
import {
  EVALUATION,
  EVALUATION_MORE,
  EXPLANATION,
  MODEL,
  MODEL_MORE,
  PREPARATION,
  PREPARATION_MORE,
  READER,
  READER_MORE,
} from "../settings/fields";
import { Group } from "../settings/Group";
import { words as settingWords } from "../settings/words";
import style from "../studies.module.css";
import { type Hand, nameOf, type Reader, type ScoreShown, useLook } from "../study";
import { bringTable } from "../uploading";
import { words } from "../words";

const MODELS = ["resnet18", "small_cnn", "efficientnet_b0", "densenet121", "linear", "auto"];

/** Who gives an opinion: models, scores, products, several together. */
export function ReadersStep({ hand, next }: { hand: Hand; next: () => void }) {
  const t = useWords(words);
  const readers = hand.data.readers ?? [];
  return (
    <>
      {readers.length === 0 ? <p>{t.noReaders}</p> : <p>{t.whoReads}</p>}
      <ul className={style.plain}>
        {readers.map((reader, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a reader may be renamed, and its form stays open.
          <li key={index} className={style.plain}>
            <div className={style.row}>
              <span>{readerSentence(reader, t)}</span>
              {hand.canChange && (
                <Button
                  kind="quiet"
                  aria-label={t.removeReader(nameOf(reader))}
                  onClick={() => void hand.change([{ at: ["readers", index] }])}
                >
                  {t.remove}
                </Button>
              )}
            </div>
            <SettingsOf hand={hand} reader={reader} index={index} />
          </li>
        ))}
      </ul>
      {hand.canChange && (
        <>
          {hand.data.cohort?.images && <AddModel hand={hand} />}
          {hand.data.cohort?.table && hand.data.task?.kind !== "findings" && <AddScores hand={hand} />}
          <AddProduct hand={hand} />
          <Combine hand={hand} />
        </>
      )}
      {readers.length > 0 && <OfAll hand={hand} />}
      {hand.canChange && readers.length > 0 && (
        <div>
          <Button kind="primary" onClick={next}>
            {t.close}
          </Button>
        </div>
      )}
    </>
  );
}

/** What is said of one reader, folded. */
function SettingsOf({ hand, reader, index }: { hand: Hand; reader: Reader; index: number }) {
  const t = useWords(settingWords);
  const model = reader.model !== undefined;
  return (
    <Group
      hand={hand}
      title={t.settingsOf(nameOf(reader))}
      fields={model ? [...MODEL, ...READER] : READER}
      more={model ? [...MODEL_MORE, ...READER_MORE] : READER_MORE}
      about={aboutReader(hand.data, reader)}
      reader={index}
    />
  );
}

/** What holds for all readers, folded. */
function OfAll({ hand }: { hand: Hand }) {
  const t = useWords(settingWords);
  const about = aboutOf(hand.data);
  const models = (hand.data.readers ?? []).some((reader) => reader.model !== undefined);
  return (
    <>
      {models && <Group hand={hand} title={t.preparation} fields={PREPARATION} more={PREPARATION_MORE} about={about} />}
      {models && <Group hand={hand} title={t.explanation} fields={EXPLANATION} about={about} />}
      <Group hand={hand} title={t.evaluation} fields={EVALUATION} more={EVALUATION_MORE} about={about} />
    </>
  );
}

const add = (hand: Hand, reader: Reader) => hand.change([{ at: ["readers"], value: reader }]);

function AddModel({ hand }: { hand: Hand }) {
  const t = useWords(words);
  const [model, setModel] = useState("resnet18");
  const [number, setNumber] = useState("");
  const auto = model === "auto";
  const texts: Record<string, string> = { auto: t.modelAuto, linear: t.modelLinear };
  const give = () => {
    const value = Number(number);
    const extra = value > 0 ? (auto ? { budget_minutes: value } : { epochs: Math.round(value) }) : {};
    void add(hand, { model, ...extra }).then((saved) => saved && setNumber(""));
  };
  return (
    <div className={style.row}>
      <Select
        label={t.modelName}
        value={model}
        choices={MODELS.map((value) => ({ value, text: texts[value] ?? value }))}
        onChoose={setModel}
      />
      {model !== "linear" && (
        <Field
          label={auto ? t.minutesBudget : t.epochs}
          placeholder={auto ? "20" : t.decided}
          inputMode="numeric"
          value={number}
          maxLength={5}
          onChange={(event) => setNumber(event.target.value)}
        />
      )}
      <Button onClick={give} busy={hand.saving}>
        {t.addModel}
      </Button>
    </div>
  );
}

function AddScores({ hand }: { hand: Hand }) {
  const t = useWords(words);
  const slug = hand.study.slug;
  const look = useLook(
    slug,
    ["scores"],
    () => answer(api.GET("/api/studies/{slug}/scores", { params: { path: { slug } } })),
    !hand.study.problem,
  );
  const name = hand.data.cohort?.table ?? "";
  const table = useLook(
    slug,
    ["table", name],
    () => answer(api.GET("/api/studies/{slug}/tables/{name}", { params: { path: { slug, name } } })),
    name !== "",
  );
  const taken = new Set((hand.data.readers ?? []).map((reader) => reader.score));
  const scores = (look.data ?? [])
    .filter((score) => !taken.has(score.name) && score.lacking.length <= Math.max(1, score.needs.length / 3))
    .slice(0, 6);
  const columns = (table.data?.columns ?? []).map((column) => column.name);
  return (
    <section>
      <h3>{t.scores}</h3>
      <Problem of={look.error} />
      {look.data && scores.length === 0 && <p className={style.soft}>{t.noScores}</p>}
      <ul className={style.plain}>
        {scores.map((score) => (
          <Score key={score.name} hand={hand} score={score} columns={columns} />
        ))}
      </ul>
    </section>
  );
}

function Score({ hand, score, columns }: { hand: Hand; score: ScoreShown; columns: string[] }) {
  const t = useWords(words);
  const [mapping, setMapping] = useState<Record<string, string>>({});
  const lacking = score.needs.filter((need) => !need.column);
  const whole = lacking.every((need) => mapping[need.inputs[0] ?? ""]);
  const given = Object.fromEntries(Object.entries(mapping).filter(([, column]) => column));
  return (
    <li className={style.card}>
      <div>
        <strong>{score.title}</strong> <span className={style.soft}>{score.sentence}</span>
      </div>
      <p>
        {lacking.length === 0
          ? t.scoreComplete(score.complete, score.rows)
          : t.scoreLacks(lacking.map((need) => need.label).join("; "))}
      </p>
      {score.warnings.map((warning) => (
        <Notice key={warning} kind="warning">
          {warning}
        </Notice>
      ))}
      {lacking.map((need) => {
        const input = need.inputs[0] ?? "";
        return (
          <Sentence key={input}>
            {t.columnFor(need.label)}{" "}
            <Guess
              label={t.columnFor(need.label)}
              value={mapping[input] ?? ""}
              choices={[{ value: "", text: t.choose }, ...columns.map((value) => ({ value, text: value }))]}
              onChoose={(column) => setMapping({ ...mapping, [input]: column })}
            />
          </Sentence>
        );
      })}
      <div>
        <Button
          disabled={!whole}
          onClick={() =>
            void add(hand, { score: score.name, ...(Object.keys(given).length ? { mapping: given } : {}) })
          }
        >
          {t.addScore(score.title)}
        </Button>
      </div>
    </li>
  );
}

function AddProduct({ hand }: { hand: Hand }) {
  const t = useWords(words);
  const slug = hand.study.slug;
  const [name, setName] = useState("");
  const [mapping, setMapping] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<unknown>(null);
  const look = useLook(
    slug,
    ["product", name, mapping],
    () =>
      answer(api.POST("/api/studies/{slug}/products/{name}", { params: { path: { slug, name } }, body: { mapping } })),
    name !== "",
  );
  const bring = async (files: { file: File }[]) => {
    const file = files[0]?.file;
    if (!file) return;
    setProblem(null);
    try {
      const kept = await bringTable(slug, file);
      hand.adopt(await answer(api.GET("/api/studies/{slug}", { params: { path: { slug } } })));
      setMapping({});
      setName(kept);
    } catch (raised) {
      setProblem(raised);
    }
  };
  const give = async () => {
    const given = Object.keys(mapping).length ? { mapping } : {};
    if (await add(hand, { product: name, ...given })) setName("");
  };
  const shown = look.data;
  const columns = [{ value: "", text: t.choose }, ...(shown?.columns ?? []).map((value) => ({ value, text: value }))];
  const said = (key: string, found: string) => mapping[key] ?? found;
  const choose = (key: string) => (column: string) => {
    const { [key]: _gone, ...rest } = mapping;
    setMapping(column ? { ...rest, [key]: column } : rest);
  };
  const opinions = Object.entries(shown?.opinions ?? {});
  return (
    <section>
      <h3>{t.product}</h3>
      <FileDrop label={t.dropProduct} accept=".csv,.tsv,.txt,.xlsx,.parquet" onFiles={(files) => void bring(files)} />
      <Problem of={problem ?? look.error} />
      {shown && name && (
        <div className={style.card}>
          <Sentence>
            {name}: {t.productCase}{" "}
            <Guess label={t.productCase} value={said("case", shown.case)} choices={columns} onChoose={choose("case")} />
            , {t.productScore}{" "}
            {opinions.length > 1 && !mapping.score ? (
              opinions.map(([kind, column]) => `${column} (${kind})`).join(", ")
            ) : (
              <Guess
                label={t.productScore}
                value={said("score", opinions[0]?.[1] ?? "")}
                choices={columns}
                onChoose={choose("score")}
              />
            )}
            .
          </Sentence>
          {shown.problem && <Notice kind="warning">{shown.problem}</Notice>}
          <div>
            <Button disabled={shown.problem !== ""} busy={hand.saving} onClick={() => void give()}>
              {t.addProduct}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}

function Combine({ hand }: { hand: Hand }) {
  const t = useWords(words);
  const [chosen, setChosen] = useState<string[]>([]);
  const single = (hand.data.readers ?? []).filter((reader) => !reader.combine).map(nameOf);
  const kind = hand.data.task?.kind;
  if (single.length < 2 || kind === "findings" || kind === "regression") return null;
  const give = () => void add(hand, { combine: chosen }).then((saved) => saved && setChosen([]));
  return (
    <section>
      <h3>{t.combine}</h3>
      <div className={style.row}>
        {single.map((name) => (
          <Tick
            key={name}
            label={name}
            checked={chosen.includes(name)}
            onTick={(on) => setChosen(on ? [...chosen, name] : chosen.filter((each) => each !== name))}
          />
        ))}
        <Button disabled={chosen.length < 2} onClick={give}>
          {t.addCombined}
        </Button>
      </div>
    </section>
  );
}
