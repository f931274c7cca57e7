import { Redirect } from "wouter";
import { useRights, useSession } from "../api/session";
import { useUnfinished } from "../jobs/asking";
import { Page } from "../parts/Page";
import { Problem } from "../parts/Problem";
import { Skeleton } from "../parts/Skeleton";
import { placesFor } from "../shell/places";
import { useWords } from "../words";
import { useHoldings, useLastStudies } from "./asking";
import { Doors, QuestionFirst } from "./Doors";
import style from "./Home.module.css";
import { Holdings, LastStudies, Work } from "./Standing";
import { words } from "./words";

/** The first page: three doors while there is nothing, and then what there is. */
export default function HomePage() {
  const t = useWords(words);
  const may = useRights();
  const places = placesFor(useSession().data?.person?.rights ?? []);
  const studies = useLastStudies();
  const holdings = useHoldings();
  const work = useUnfinished();
  const only = places.find((place) => place.name === "annotate");
  if (only && !may("see_studies") && !may("see_archive")) return <Redirect to={only.path} replace />;
  if (studies.isLoading || holdings.isLoading || work.isLoading) return <Skeleton lines={5} />;
  const total = holdings.data?.lines.find((line) => line.by === "all");
  const isEmpty = !studies.data?.total && !total?.images && !work.data?.total;
  return (
    <Page title={isEmpty ? t.title : t.titleBack} about={isEmpty ? t.about : undefined}>
      <Problem of={studies.error ?? holdings.error ?? work.error} />
      {!isEmpty && (
        <div className={style.standing}>
          {may("see_studies") && <LastStudies page={studies.data} />}
          {may("see_archive") && <Holdings total={total} />}
          <Work jobs={work.data?.items ?? []} />
        </div>
      )}
      {!isEmpty && <h2>{t.begin}</h2>}
      <Doors />
      <QuestionFirst />
    </Page>
  );
}
