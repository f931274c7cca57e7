import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { Link, useLocation } from "wouter";
import { answer, api } from "../api/client";
import { JobView } from "../jobs/JobView";
import { Button, Confirm, Notice, Page, Problem, Skeleton, Told } from "../parts";
import { useWords } from "../words";
import { modelAt, printed, type ReadingShown } from "./asking";
import { forget, namesOf } from "./localNames";
import { passedOverOf } from "./passedOver";
import style from "./Reading.module.css";
import { Rows } from "./Rows";
import { words } from "./readingWords";
import { Taking } from "./Taking";

/** One reading: how far it is, and what the model said of each image. */
export default function ReadingPage({ params }: { params: { reading: string } }) {
  const t = useWords(words);
  const client = useQueryClient();
  const id = params.reading;
  const found = useQuery({
    queryKey: ["readings", id],
    queryFn: () => answer(api.GET("/api/readings/{reading}", { params: { path: { reading: id } } })),
  });
  const ended = useCallback(() => void client.invalidateQueries({ queryKey: ["readings"] }), [client]);
  const shown = found.data;
  if (!shown)
    return (
      <Page title={t.readings} actions={<Link href="/models/readings">{t.allReadings}</Link>}>
        {found.error ? <Problem of={found.error} /> : <Skeleton lines={8} />}
      </Page>
    );
  const { reading } = shown;
  const model = { slug: reading.study, run: reading.run, reader: reading.reader };
  const actions = (
    <>
      {reading.title && <Link href={`${modelAt(model)}/read`}>{t.again}</Link>}
      <Link href="/models/readings">{t.allReadings}</Link>
      {shown.ready && <Taking reading={id} number={reading.number} />}
      {reading.mine && reading.state !== "waiting" && reading.state !== "running" && <Deleting reading={id} />}
    </>
  );
  return (
    <Page
      title={t.readingTitle(reading.number, reading.reader)}
      about={[reading.title || t.gone, reading.run].join(" · ")}
      actions={actions}
    >
      <div className={style.sections}>
        <Notice kind="warning">{t.caution}</Notice>
        {passedOverOf(id) > 0 && <Notice>{t.passedOver(passedOverOf(id))}</Notice>}
        {shown.ready ? <Ready shown={shown} /> : <JobView id={reading.job} onEnd={ended} />}
      </div>
    </Page>
  );
}

function Ready({ shown }: { shown: ReadingShown }) {
  const t = useWords(words);
  const thresholds = Object.values(shown.thresholds);
  const names = namesOf(shown.reading.id);
  return (
    <>
      <div className={style.said}>
        <p>
          {t.summary(shown.rows - shown.unread)}{" "}
          {shown.unread > 0 && <span className={style.unread}>{t.unread(shown.unread)}</span>}{" "}
          {thresholds.length === 1 && t.frozen(printed(thresholds[0]))}
        </p>
        <p className={shown.noticed > 0 ? style.noticed : style.soft}>
          {shown.noticed > 0 ? t.noticed(shown.noticed) : t.noneNoticed}
        </p>
        {shown.notes.length > 0 && (
          <ul className={style.notes}>
            {shown.notes.map((note) => (
              <li key={note}>
                <Told>{note}</Told>
              </li>
            ))}
          </ul>
        )}
        {names && names.size > 0 && <p className={style.soft}>{t.namesHere}</p>}
      </div>
      <Rows shown={shown} names={names} />
    </>
  );
}

function Deleting({ reading }: { reading: string }) {
  const t = useWords(words);
  const client = useQueryClient();
  const [, go] = useLocation();
  const [asked, ask] = useState(false);
  const deleting = useMutation({
    mutationFn: () => api.DELETE("/api/readings/{reading}", { params: { path: { reading } } }),
    onSuccess: () => {
      forget(reading);
      go("/models/readings");
      client.removeQueries({ queryKey: ["readings", reading] });
      void client.invalidateQueries({ queryKey: ["readings"] });
    },
  });
  return (
    <>
      <Button kind="danger" onClick={() => ask(true)}>
        {t.remove}
      </Button>
      {asked && (
        <Confirm
          title={t.removeTitle}
          yes={t.remove}
          busy={deleting.isPending}
          onYes={() => deleting.mutate()}
          onNo={() => ask(false)}
        >
          {t.removeAbout}
          <Problem of={deleting.error} />
        </Confirm>
      )}
    </>
  );
}
