import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { answer, api } from "../api/client";
import { usePaged } from "../api/paged";
import { Button, type Column, count, Picture, Problem, Select, Table } from "../parts";
import { useWords } from "../words";
import style from "./Archive.module.css";
import { type ArchiveRow, FILTERS, type Filters, fetchRows, type Level, pictureAt, useChoices } from "./asking";
import { words } from "./words";

const ANY = "\u0000";

/** Patients, studies and series, filtered and looked at. */
export function ImagesSection() {
  const t = useWords(words);
  const [level, chooseLevel] = useState<Level>("series");
  const [filters, setFilters] = useState<Filters>({});
  const [typed, type] = useState("");
  const [open, setOpen] = useState<ArchiveRow | null>(null);
  const text = useDeferredValue(typed);
  const { table, error } = usePaged<ArchiveRow, number>(["archive", "rows", level, filters, text], (after) =>
    fetchRows(level, filters, text, after),
  );
  const columns = useColumns(level);
  if (open?.series) return <OneSeries series={open.series} onBack={() => setOpen(null)} />;
  return (
    <div className={style.sections}>
      <div className={style.filters}>
        <Select
          label={t.level}
          value={level}
          choices={[
            { value: "patients", text: t.levelPatients },
            { value: "studies", text: t.levelStudies },
            { value: "series", text: t.levelSeries },
          ]}
          onChoose={chooseLevel}
        />
        <FilterRow filters={filters} onChange={setFilters} />
      </div>
      <Problem of={error} />
      <Table
        label={t.images}
        columns={columns}
        rowKey={(row) => row.series ?? row.study ?? row.patient}
        filter={typed}
        onFilter={type}
        onOpen={(row) => {
          if (row.series) setOpen(row);
          else {
            type(row.study ?? row.patient);
            chooseLevel("series");
          }
        }}
        empty={t.nothing}
        {...table}
      />
    </div>
  );
}

/** Choices for each filter, with how many series each value has. */
export function FilterRow({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const t = useWords(words);
  const { data } = useChoices();
  return FILTERS.map((name) => {
    const values = data?.[name] ?? [];
    if (values.length < 2 && filters[name] === undefined) return null;
    const choices = values.map(({ value, series }) => ({ value, text: t.choice(value || t.notSaid, count(series)) }));
    return (
      <Select
        key={name}
        label={t[name]}
        value={filters[name] ?? ANY}
        choices={[{ value: ANY, text: t.any }, ...choices]}
        onChoose={(value) => {
          const { [name]: _before, ...others } = filters;
          onChange(value === ANY ? others : { ...others, [name]: value });
        }}
      />
    );
  });
}

function useColumns(level: Level): Column<ArchiveRow>[] {
  const t = useWords(words);
  const classed = useChoices().data?.class?.some(({ value }) => value !== "") ?? false;
  return useMemo(() => {
    const joined = (values: readonly string[]) => values.join(", ");
    const columns: Column<ArchiveRow>[] = [
      {
        key: "picture",
        header: t.picture,
        width: "5rem",
        cell: (row) => (
          <span className={style.thumbnail}>
            <Picture src={pictureAt(row.cover, 64)} alt={t.pictureOf(joined(row.modality), row.patient)} />
          </span>
        ),
      },
      { key: "patient", header: t.patient, width: "12rem", cell: (row) => row.patient },
      { key: "modality", header: t.modality, width: "6rem", cell: (row) => joined(row.modality) },
      { key: "view", header: t.view, width: "6rem", cell: (row) => joined(row.view) },
      ...(classed
        ? [{ key: "class", header: t.class, width: "6rem", cell: (row: ArchiveRow) => joined(row.classes) }]
        : []),
      { key: "sex", header: t.sex, width: "4rem", cell: (row) => joined(row.sex) },
      { key: "age", header: t.age, width: "4rem", number: true, cell: (row) => (row.age === null ? "" : row.age) },
      { key: "date", header: t.date, width: "7rem", cell: (row) => row.date },
      { key: "maker", header: t.maker, width: "minmax(6rem, 1fr)", cell: (row) => joined(row.manufacturer) },
    ];
    if (level === "patients")
      columns.push({
        key: "studies",
        header: t.studies,
        width: "6rem",
        number: true,
        cell: (row) => count(row.study_count),
      });
    if (level !== "series")
      columns.push({
        key: "series",
        header: t.series,
        width: "6rem",
        number: true,
        cell: (row) => count(row.series_count),
      });
    columns.push({
      key: "images",
      header: t.imagesCount,
      width: "6rem",
      number: true,
      cell: (row) => count(row.images),
    });
    return columns;
  }, [t, level, classed]);
}

const AT_ONCE = 60;

function OneSeries({ series, onBack }: { series: string; onBack: () => void }) {
  const t = useWords(words);
  const [shown, show] = useState(AT_ONCE);
  const { data, error } = useQuery({
    queryKey: ["archive", "series", series],
    queryFn: () => answer(api.GET("/api/archive/series/{series}", { params: { path: { series } } })),
  });
  const modality = data?.row.modality.join(", ") ?? "";
  return (
    <section className={style.section}>
      <div>
        <Button kind="quiet" onClick={onBack}>
          {t.back}
        </Button>
      </div>
      <Problem of={error} />
      {data && (
        <>
          <h2>{t.seriesTitle(modality, data.row.patient)}</h2>
          <p>{t.seriesAbout(count(data.row.images), data.row.date)}</p>
          <div className={style.gallery}>
            {data.images.slice(0, shown).map((image) => (
              <Picture
                key={image.image}
                src={pictureAt(image.image, data.images.length > 4 ? 128 : 512)}
                alt={t.pictureOf(image.modality, data.row.patient)}
                size={data.images.length > 4 ? "thumbnail" : "whole"}
              />
            ))}
          </div>
          {shown < data.images.length && <Button onClick={() => show(shown + AT_ONCE)}>{t.more}</Button>}
        </>
      )}
    </section>
  );
}
