import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { answer, api } from "../../api/client";
import { Button, Empty, Field, Picture, Problem, Select, Skeleton, Tick } from "../../parts";
import { useWords } from "../../words";
import { addressOf, type CaseShown, type Where } from "./asking";
import { number } from "./numbers";
import { OpenCase } from "./OpenCase";
import style from "./results.module.css";
import { words } from "./words";

const OUTCOMES = ["tp", "fp", "fn", "tn", "right", "wrong", "unjudged"] as const;
const ORDERS = ["number", "confident", "near"] as const;
type Outcome = (typeof OUTCOMES)[number] | "";
type Order = (typeof ORDERS)[number];

interface Chosen {
  reader: string;
  part: string;
  question: string;
  outcome: Outcome;
  order: Order;
  group: string;
  text: string;
  maps: boolean;
}

/** The cases of a run, by outcome and error. */
export function Gallery({ where }: { where: Where }) {
  const offered = useQuery({
    queryKey: ["result gallery", where.slug, where.run],
    queryFn: () => answer(api.GET("/api/results/{slug}/{run}/gallery", { params: { path: where } })),
    staleTime: 60_000,
  });
  if (!offered.data) return offered.error ? <Problem of={offered.error} /> : <Skeleton lines={6} />;
  return <Cases where={where} offered={offered.data} />;
}

type Offered = Awaited<ReturnType<typeof offeredOf>>;
const offeredOf = (where: Where) => answer(api.GET("/api/results/{slug}/{run}/gallery", { params: { path: where } }));

function Cases({ where, offered }: { where: Where; offered: Offered }) {
  const t = useWords(words);
  const [chosen, setChosen] = useState<Chosen>({
    reader: offered.readers[0] ?? "",
    part: offered.parts.includes("test") ? "test" : (offered.parts[0] ?? ""),
    question: "0",
    outcome: "",
    order: "number",
    group: "",
    text: "",
    maps: false,
  });
  const [open, setOpen] = useState<number | null>(null);
  const asked = useDeferredValue(chosen);
  const { of = "", at = "" } = offered.questions[Number(asked.question)] ?? {};
  const list = useInfiniteQuery({
    queryKey: ["result cases", where.slug, where.run, asked],
    queryFn: ({ pageParam }) => {
      const { reader, part, outcome, order, group, text, maps } = asked;
      const query = { reader, part, of, at, outcome, order, group, text, maps, after: pageParam, limit: 24 };
      return answer(api.GET("/api/results/{slug}/{run}/cases", { params: { path: where, query } }));
    },
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  const cases = list.data?.pages.flatMap((page) => page.items) ?? [];
  const first = list.data?.pages[0];
  const place = cases.findIndex((each) => each.number === open);
  const go = (step: number) => setOpen(cases[place + step]?.number ?? open);
  return (
    <div className={style.sections}>
      <Filters offered={offered} counts={first?.counts ?? {}} chosen={chosen} choose={setChosen} />
      <Problem of={list.error} />
      <p role="status" className={style.soft}>
        {first ? t.countOf(first.total) : ""}
      </p>
      {first && cases.length === 0 && <Empty title={t.noCases} />}
      <ul className={style.gallery}>
        {cases.map((each) => (
          <li key={each.number}>
            <Shown where={where} found={each} onOpen={() => setOpen(each.number)} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t.more}
          </Button>
        </div>
      )}
      {open !== null && (
        <OpenCase
          where={where}
          number={open}
          of={of}
          at={at}
          onClose={() => setOpen(null)}
          onPrevious={place > 0 ? () => go(-1) : undefined}
          onNext={place >= 0 && place < cases.length - 1 ? () => go(1) : undefined}
        />
      )}
    </div>
  );
}

interface Filtering {
  offered: Offered;
  counts: Record<string, number>;
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
}

function Filters({ offered, counts, chosen, choose }: Filtering) {
  const t = useWords(words);
  const set = (part: Partial<Chosen>) => choose({ ...chosen, ...part });
  const plain = (values: readonly string[]) => values.map((value) => ({ value, text: value }));
  const outcomes = OUTCOMES.filter((name) => counts[name]).map((value) => ({
    value: value as Outcome,
    text: t.withCount(t[value], counts[value] ?? 0),
  }));
  const orders = { number: t.byNumber, confident: t.confident, near: t.near };
  const groups = Object.entries(offered.groups).map(([value, n]) => ({ value, text: t.withCount(value, n) }));
  const questions = offered.questions.map(({ of, at }, place) => ({
    value: String(place),
    text: of || (at ?? "").replace(/d$/, ""),
  }));
  return (
    <div className={style.row}>
      <Select
        label={t.reader}
        value={chosen.reader}
        choices={plain(offered.readers)}
        onChoose={(reader) => set({ reader })}
      />
      {questions.length > 1 && (
        <Select
          label={offered.questions[0]?.of ? t.finding : t.horizon}
          value={chosen.question}
          choices={questions}
          onChoose={(question) => set({ question })}
        />
      )}
      <Select
        label={t.partIs}
        value={chosen.part}
        choices={[{ value: "", text: t.everyPart }, ...plain(offered.parts)]}
        onChoose={(part) => set({ part })}
      />
      <Select
        label={t.outcome}
        value={chosen.outcome}
        choices={[{ value: "" as Outcome, text: t.everyOutcome }, ...outcomes]}
        onChoose={(outcome) => set({ outcome })}
      />
      <Select
        label={t.order}
        value={chosen.order}
        choices={ORDERS.map((value) => ({ value, text: orders[value] }))}
        onChoose={(order) => set({ order })}
      />
      {groups.length > 0 && (
        <Select
          label={t.group}
          value={chosen.group}
          choices={[{ value: "", text: t.everyGroup }, ...groups]}
          onChoose={(group) => set({ group })}
        />
      )}
      <Field
        type="search"
        label={t.filter}
        value={chosen.text}
        maxLength={200}
        onChange={(event) => set({ text: event.target.value })}
      />
      {offered.maps > 0 && (
        <Tick label={t.onlyMaps(offered.maps)} checked={chosen.maps} onTick={(maps) => set({ maps })} />
      )}
    </div>
  );
}

function Shown({ where, found, onOpen }: { where: Where; found: CaseShown; onOpen: () => void }) {
  const t = useWords(words);
  const outcome = t[found.outcome as (typeof OUTCOMES)[number]];
  const isWrong = found.outcome === "fp" || found.outcome === "fn" || found.outcome === "wrong";
  return (
    <button
      type="button"
      className={style.case}
      data-case={found.number}
      data-wrong={isWrong || undefined}
      onClick={onOpen}
    >
      {found.images > 0 ? (
        <Picture src={addressOf(where, `/cases/${found.number}/images/0?side=240`)} alt={t.pictureOf(found.number)} />
      ) : (
        <span className={style.noImage}>{t.noImage}</span>
      )}
      <strong>{outcome}</strong>
      <span>
        {t.caseNumber(found.number)}
        {found.maps ? ` · ${t.hasMap}` : ""}
      </span>
      <span className={style.soft}>
        {t.was} {found.truth}
        {found.score === null ? "" : ` · ${number(found.score)}`}
      </span>
    </button>
  );
}
