import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { answer, api } from "../api/client";
import { Page, Problem, Skeleton } from "../parts";
import { threshold } from "../studies/results/numbers";
import style from "../studies/results/results.module.css";
import { useWords } from "../words";
import { modelAt } from "./asking";
import { Card } from "./Card";
import { reachedOf } from "./ModelsPage";
import { words as readingWords } from "./readingWords";
import { words } from "./words";

/** One model: its card, what it reached, where it lies. */
export default function ModelPage({ params }: { params: { slug: string; run: string; reader: string } }) {
  const t = useWords(words);
  const readings = useWords(readingWords);
  const { slug, run } = params;
  const reader = decodeURIComponent(params.reader);
  const found = useQuery({
    queryKey: ["model", slug, run, reader],
    queryFn: () => answer(api.GET("/api/models/{slug}/{run}/{reader}", { params: { path: { slug, run, reader } } })),
  });
  const actions = (
    <>
      <Link href={`${modelAt({ slug, run, reader })}/read`}>{readings.read}</Link>
      <Link href="/models">{t.back}</Link>
    </>
  );
  if (!found.data)
    return (
      <Page title={reader} actions={actions}>
        {found.error ? <Problem of={found.error} /> : <Skeleton lines={8} />}
      </Page>
    );
  const { model, place, card } = found.data;
  return (
    <Page title={t.card(reader)} about={`${model.title} · ${run}`} actions={actions}>
      <p>
        {reachedOf(model)} {model.threshold === null ? "" : t.threshold(threshold(model.threshold))}
      </p>
      <p>
        {t.place} <code>{place}</code>
      </p>
      <p>
        {t.reading} <code>{t.predict(place)}</code>
      </p>
      <p>
        <Link href={`/studies/${slug}/results/${run}`}>{t.results}</Link>
      </p>
      <div className={style.sections} lang="en">
        <Card text={card} />
      </div>
    </Page>
  );
}
