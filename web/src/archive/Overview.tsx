import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { changeHeaders, refused } from "../api/client";
import { useRights } from "../api/session";
import { bytes, count, Empty, FileDrop, Notice, Problem, Skeleton } from "../parts";
import { classes } from "../parts/classes";
import { useWords } from "../words";
import style from "./Archive.module.css";
import { type Statistics, useStatistics } from "./asking";
import { words } from "./words";

/** The statistics of the guideline's section 1.5, with its goals. */
export function Overview() {
  const t = useWords(words);
  const may = useRights();
  const { data, error, isLoading } = useStatistics();
  if (isLoading) return <Skeleton lines={6} />;
  if (!data) return <Problem of={error} />;
  const total = data.lines[0];
  if (!total?.images)
    return (
      <Empty title={t.empty} actions={may("bring_images") && <Link href="/archive/import">{t.bring}</Link>}>
        {t.emptyAbout}
      </Empty>
    );
  return (
    <div className={style.sections}>
      {data.missing_files > 0 && <Notice kind="warning">{t.missing(count(data.missing_files))}</Notice>}
      {data.classes_known && <Goals data={data} />}
      <Lines data={data} />
      {!data.classes_known && <Goals data={data} />}
      {data.notes.map((note) => (
        <small key={note}>{note}</small>
      ))}
    </div>
  );
}

function Goals({ data }: { data: Statistics }) {
  const t = useWords(words);
  const may = useRights();
  return (
    <section className={style.section}>
      <h2>{t.goals}</h2>
      {data.classes_known ? (
        <div className={style.across}>
          <table className={style.numbers}>
            <caption>{t.goalsAbout}</caption>
            <thead>
              <tr>
                <th scope="col">{t.dataset}</th>
                <th scope="col">{t.class}</th>
                <th scope="col">{t.patients}</th>
                <th scope="col">{t.imagesCount}</th>
              </tr>
            </thead>
            <tbody>
              {data.goals.map((goal) => (
                <tr key={`${goal.dataset} ${goal.class_name}`}>
                  <th scope="row">{goal.dataset}</th>
                  <td>{className(goal.class_name, t)}</td>
                  <Reached there={goal.patients} goal={goal.goal_patients} />
                  <Reached there={goal.images} goal={goal.goal_images} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Notice>{t.noClasses}</Notice>
      )}
      {may("bring_images") && <GiveClasses />}
    </section>
  );
}

function Reached({ there, goal }: { there: number; goal: number }) {
  const t = useWords(words);
  const text = t.goal(count(there), count(goal));
  return (
    <td className={style.number}>
      {text} <meter min={0} max={goal} value={Math.min(there, goal)} aria-label={text} />
    </td>
  );
}

function GiveClasses() {
  const t = useWords(words);
  const client = useQueryClient();
  const give = useMutation({
    mutationFn: async (file: File) => {
      const body = new FormData();
      body.append("table", file);
      const response = await fetch("/api/archive/classes", { method: "PUT", headers: changeHeaders(), body });
      await refused(response);
      return (await response.json()) as { images: number; unused_rows: number };
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["archive"] }),
  });
  return (
    <>
      <FileDrop
        label={t.giveClasses}
        hint={t.classesHint}
        accept=".csv,.tsv,.xlsx"
        disabled={give.isPending}
        onFiles={([first]) => first && give.mutate(first.file)}
      />
      <Problem of={give.error} />
      {give.data && (
        <Notice kind="good">{t.classesTaken(count(give.data.images), count(give.data.unused_rows))}</Notice>
      )}
    </>
  );
}

function Lines({ data }: { data: Statistics }) {
  const t = useWords(words);
  const names: Record<string, string> = {
    all: t.all,
    modality: t.byModality,
    "data set": t.byDataset,
    "data set and class": t.byDatasetClass,
    class: t.byClass,
    sex: t.bySex,
    age: t.byAge,
    maker: t.byMaker,
    year: t.byYear,
  };
  const kinds = [...new Set(data.lines.map((line) => line.by))];
  return (
    <section className={style.section}>
      {kinds.map((kind) => (
        <div key={kind} className={style.across}>
          <table className={classes(style.numbers, style.even)} aria-label={t.statistics(names[kind] ?? kind)}>
            <thead>
              <tr>
                <th scope="col">{kind === "all" ? "" : t.by(names[kind] ?? kind)}</th>
                <th scope="col">{t.patients}</th>
                <th scope="col">{t.studies}</th>
                <th scope="col">{t.series}</th>
                <th scope="col">{t.imagesCount}</th>
                <th scope="col">{t.size}</th>
              </tr>
            </thead>
            <tbody>
              {data.lines
                .filter((line) => line.by === kind)
                .map((line) => (
                  <tr key={line.value}>
                    <th scope="row">{kind === "all" ? t.all : line.value === "not said" ? t.notSaid : line.value}</th>
                    <td className={style.number}>{count(line.patients)}</td>
                    <td className={style.number}>{count(line.studies)}</td>
                    <td className={style.number}>{count(line.series)}</td>
                    <td className={style.number}>{count(line.images)}</td>
                    <td className={style.number}>{bytes(line.bytes)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      ))}
    </section>
  );
}

function className(name: string, t: { benign: string; malignant: string; normal: string }): string {
  return name === "benign" || name === "malignant" || name === "normal" ? t[name] : name;
}
