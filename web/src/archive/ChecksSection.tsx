import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";
import { JobView } from "../jobs/JobView";
import { Button, count, moment, Notice, Picture, Problem } from "../parts";
import { useWords } from "../words";
import style from "./Archive.module.css";
import { pictureAt } from "./asking";
import { words } from "./words";

type Check = "series" | "criteria" | "verify";
type Found = components["schemas"]["CheckShown"];

/** Checks of the archive, each with the pictures that it has something to say of. */
export function ChecksSection() {
  const t = useWords(words);
  return (
    <div className={style.sections}>
      <OneCheck check="series" title={t.checkSeries} about={t.checkSeriesAbout} />
      <OneCheck check="criteria" title={t.checkCriteria} about={t.checkCriteriaAbout} />
      <OneCheck check="verify" title={t.checkVerify} about={t.checkVerifyAbout} />
    </div>
  );
}

function OneCheck({ check, title, about }: { check: Check; title: string; about: string }) {
  const t = useWords(words);
  const client = useQueryClient();
  const [job, setJob] = useState<string | null>(null);
  const path = { params: { path: { check } } };
  const last = useQuery({
    queryKey: ["archive", "check", check],
    queryFn: () => answer(api.GET("/api/archive/checks/{check}", path)),
  });
  const start = useMutation({
    mutationFn: () =>
      answer(api.POST("/api/archive/checks/{check}", { ...path, body: { pixels: false, name: "all" } })),
    onSuccess: ({ job }) => setJob(job),
  });
  const ended = useCallback(() => {
    void client.invalidateQueries({ queryKey: ["archive", "check", check] });
  }, [client, check]);
  const found = last.data?.checks ?? [];
  const bad = found.filter((one) => one.failed > 0 || one.unknown > 0);
  return (
    <section className={style.section}>
      <div className={style.head}>
        <div>
          <h2>{title}</h2>
          <p className={style.soft}>
            {about} {last.data?.ended ? t.checkedAt(moment(last.data.ended)) : t.never}
          </p>
        </div>
        <Button busy={start.isPending} onClick={() => start.mutate()}>
          {last.data?.ended ? t.checkAgain : t.checkNow}
        </Button>
      </div>
      <Problem of={last.error ?? start.error} />
      {job && <JobView id={job} onEnd={ended} />}
      {found.length > 0 && bad.length === 0 && <Notice kind="good">{t.allPassed}</Notice>}
      {found.length > 0 && <FoundTable found={found} />}
    </section>
  );
}

function FoundTable({ found }: { found: readonly Found[] }) {
  const t = useWords(words);
  return (
    <div className={style.across}>
      <table className={style.numbers}>
        <thead>
          <tr>
            <th scope="col">{t.check}</th>
            <th scope="col">{t.passed}</th>
            <th scope="col">{t.failed}</th>
            <th scope="col">{t.unknown}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <FoundRow key={one.name} one={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FoundRow({ one }: { one: Found }) {
  const t = useWords(words);
  return (
    <tr data-failed={one.failed > 0 || undefined}>
      <th scope="row">
        {one.sentence}
        {one.section && <small> ({one.section})</small>}
        {one.not_asked && <small> {t.notAsked(one.not_asked)}</small>}
        {one.pictures.length > 0 && <Concerned one={one} />}
      </th>
      <td className={style.number}>
        {one.passed === null ? "" : count(one.passed)} <small>{one.of === "series" ? t.ofSeries : t.ofImages}</small>
      </td>
      <td className={style.number}>{count(one.failed)}</td>
      <td className={style.number}>{count(one.unknown)}</td>
    </tr>
  );
}

const SHOWN = 12;

function Concerned({ one }: { one: Found }) {
  const t = useWords(words);
  return (
    <details className={style.concerned}>
      <summary>{t.concerned}</summary>
      <ul>
        {one.pictures.slice(0, SHOWN).map((picture) => (
          <li key={`${picture.image} ${picture.series} ${picture.reason}`}>
            {picture.image && (
              <span className={style.thumbnail}>
                <Picture src={pictureAt(picture.image, 64)} alt={picture.reason} />
              </span>
            )}
            <span>{picture.reason}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
