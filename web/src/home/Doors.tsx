import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Link, useLocation, useRouter } from "wouter";
import { answer, api } from "../api/client";
import { type Right, useRights } from "../api/session";
import { useJob } from "../jobs/asking";
import { JobProgress } from "../jobs/JobProgress";
import { PAGES } from "../pages";
import { Problem } from "../parts/Problem";
import { Progress } from "../parts/Progress";
import { matching } from "../shell/addresses";
import { useWords } from "../words";
import style from "./Home.module.css";
import { words } from "./words";

interface Way {
  to: string;
  right: Right;
  name: string;
  about: string;
}

/** The ways in, for those who may take them. */
export function Doors() {
  const t = useWords(words);
  const may = useRights();
  const { parser } = useRouter();
  const ways: Way[] = [
    { to: "/archive/import", right: "bring_images", name: t.folderDoor, about: t.folderAbout },
    { to: "/archive/pacs", right: "pull_from_pacs", name: t.pacsDoor, about: t.pacsAbout },
  ];
  const open = ways.filter(({ to, right }) => may(right) && matching(PAGES, to, parser));
  if (open.length === 0 && !may("make_studies")) return null;
  return (
    <ul className={style.doors}>
      {may("make_studies") && <PhantomDoor />}
      {open.map(({ to, name, about }) => (
        <Door key={to} about={about}>
          <Link href={to}>{name}</Link>
        </Door>
      ))}
    </ul>
  );
}

/** Makes a hospital of nobody with its study, and opens the study when it is made. */
function PhantomDoor() {
  const t = useWords(words);
  const [, go] = useLocation();
  const client = useQueryClient();
  const make = useMutation({ mutationFn: () => answer(api.POST("/api/phantom")) });
  const job = useJob(make.data?.job ?? null);
  const state = job.data?.state;
  const study = state === "done" ? make.data?.study : undefined;
  useEffect(() => {
    if (study === undefined) return;
    void client.invalidateQueries();
    go(`/studies/${study}`);
  }, [study, client, go]);
  const hasStopped = state === "failed" || state === "cancelled";
  const isMaking = make.isPending || (make.isSuccess && !hasStopped);
  const below = (
    <>
      {isMaking && (
        <div role="status" className={style.making}>
          {job.data ? <JobProgress job={job.data} /> : <Progress label={t.phantomMaking} done={null} />}
          {t.phantomOpens}
        </div>
      )}
      {hasStopped && make.data && (
        <div role="alert" className={style.making}>
          {t.phantomStopped} <Link href={`/jobs/${make.data.job}`}>{t.phantomWhy}</Link>
        </div>
      )}
      <Problem of={make.error ?? job.error} />
    </>
  );
  return (
    <Door about={t.phantomAbout} below={below}>
      <button type="button" className={style.way} disabled={isMaking} onClick={() => make.mutate()}>
        {t.phantomDoor}
      </button>
    </Door>
  );
}

/** The way in for those who have images and a table at hand, and no need of an archive. */
export function QuestionFirst() {
  const t = useWords(words);
  const may = useRights();
  if (!may("make_studies")) return null;
  return (
    <p className={style.question}>
      <Link href="/studies/new">{t.studyDoor}</Link> {t.studyAbout}
    </p>
  );
}

function Door({ about, children, below }: { about: string; children: ReactNode; below?: ReactNode }) {
  return (
    <li className={style.door}>
      <h3>{children}</h3>
      <p>{about}</p>
      {below}
    </li>
  );
}
