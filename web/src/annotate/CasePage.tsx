import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { Link } from "wouter";
import { Problem, Skeleton } from "../parts";
import { warmUp } from "../viewer/loading";
import { useWords } from "../words";
import { annotation } from "./asking";
import { Case } from "./Case";
import style from "./Case.module.css";
import type { HistoryItem, Marking } from "./marking";
import { outbox } from "./outbox";
import { MarkingSession } from "./session";
import { words } from "./words";

warmUp();

/** Where the image is that a case shows first. */
const firstImage = (marking: number): string => `/api/annotation/markings/${marking}/images/0`;

/** One case to mark: the viewer with its tools, the lesions beside it. */
export default function CasePage({ params }: { params: { marking: string } }) {
  const t = useWords(words);
  const id = Number(params.marking);
  useEffect(() => warmUp(firstImage(id)), [id]);
  const { data, error, refetch } = useQuery({
    queryKey: ["annotation", "marking", id],
    queryFn: async () => {
      const [marking, history] = await Promise.all([annotation.marking(id), annotation.history(id)]);
      // What another window drew between the two answers would be missing for good.
      const whole = (history.at(-1)?.revision ?? 0) >= marking.revision;
      return { marking, history: whole ? history : await annotation.history(id) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (error)
    return (
      <div style={{ padding: "2rem" }}>
        <Problem of={error} onRetry={() => void refetch()} />
        <Link href="/annotate">{t.toWorklist}</Link>
      </div>
    );
  if (!data) return <Skeleton lines={4} />;
  return <Opened key={id} marking={data.marking} history={data.history} />;
}

function Opened({ marking, history }: { marking: Marking; history: readonly HistoryItem[] }) {
  const session = useMemo(() => opened(marking, history), [marking, history]);
  useEffect(() => {
    void session.resume();
    return () => session.close();
  }, [session]);
  useEffect(() => {
    document.title = `${marking.case} · hilum`;
  }, [marking.case]);
  return (
    <div className={style.page}>
      <Case session={session} />
    </div>
  );
}

function opened(marking: Marking, history: readonly HistoryItem[]): MarkingSession {
  const session: MarkingSession = new MarkingSession(marking, history, outbox, (revision, events) =>
    annotation.send(marking.marking, session.client, revision, events),
  );
  return session;
}
