import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Link, useLocation } from "wouter";
import { ApiProblem } from "../api/problem";
import { Button, Dialog } from "../parts";
import type { Pane } from "../viewer/pane";
import { useViewer, Viewer, type ViewerModel, type ViewerSeries } from "../viewer/Viewer";
import { useWords } from "../words";
import { annotation } from "./asking";
import style from "./Case.module.css";
import { DrawTools } from "./DrawTools";
import { Drawing, type DrawTool } from "./drawing";
import type { Lesion } from "./history";
import { LesionPanel } from "./LesionPanel";
import type { Defect, Marking, Submitted } from "./marking";
import { Opinions, useOpinions } from "./Opinions";
import { paintDrawing, paintLesions } from "./painting";
import type { MarkingSession } from "./session";
import { stageWord, words } from "./words";

function seriesOf({ series }: Marking): ViewerSeries[] {
  return series.map((one) => ({
    key: String(one.series),
    label: [one.modality, one.description].filter(Boolean).join(" "),
    modality: one.modality,
    images: one.images.map(({ url }) => ({ url })),
  }));
}

const TOOL_OF: Record<string, DrawTool> = {
  line: "line",
  box: "box",
  polygon: "polygon",
  freehand: "polygon",
  mask: "brush",
};

/** The case on the screen. */
export function Case({ session }: { session: MarkingSession }) {
  const { marking } = session;
  const t = useWords(words);
  const state = useSyncExternalStore(session.listen, session.snapshot);
  const series = useMemo(() => seriesOf(marking), [marking]);
  const model = useViewer(series);
  const imageOf = useCallback((pane: Pane): number | null => imageShown(marking, pane), [marking]);
  const drawing = useMemo(
    () => new Drawing(session, TOOL_OF[marking.tools[0] ?? ""] ?? "polygon", imageOf, () => refreshed(model)),
    [session, marking, imageOf, model],
  );
  const seen = useOpinions(marking);
  usePainters(model, session, drawing, imageOf, seen);
  const [began] = useState(() => Date.now());
  const [asking, setAsking] = useState(false);
  const draw = useSyncExternalStore(drawing.listen, drawing.snapshot);
  const showImage = (image: number): void => {
    const at = marking.series.findIndex(({ images }) => images.some((one) => one.image === image));
    const found = marking.series[at];
    if (!found) return;
    if (model.state.shown[0] !== String(found.series) || model.state.layout !== "one")
      model.choose(String(found.series), 0);
    model.panes[0]?.to(found.images.findIndex((one) => one.image === image));
  };
  return (
    <>
      <header className={style.head}>
        <Link href="/annotate">{t.toWorklist}</Link>
        <h1>{marking.case}</h1>
        <span className={style.task}>
          {marking.dataset} · {t[stageWord(marking.stage)]} · {marking.sentence}
        </span>
        <span className={style.saving} data-state={state.saving} role="status">
          {session.open ? t[state.saving] : t.handedIn}
        </span>
        {session.open && (
          <Button kind="primary" hotkey="n" onClick={() => setAsking(true)}>
            {t.handIn}
          </Button>
        )}
      </header>
      <div className={style.body}>
        <Viewer
          model={model}
          gesture={draw.tool ? drawing.gesture : null}
          onTool={() => drawing.set({ tool: null })}
          cursor={draw.tool === "choose" ? "default" : "crosshair"}
        >
          <DrawTools drawing={drawing} model={model} imageOf={imageOf} onHandIn={() => setAsking(true)} />
        </Viewer>
        <aside className={style.panel} aria-label={t.lesions}>
          {state.refused && <p className={style.notice}>{t.refusedAbout(state.refused)}</p>}
          <LesionPanel session={session} drawing={drawing} onShow={showImage} />
          <Opinions session={session} seen={seen} onShow={showImage} />
        </aside>
      </div>
      {asking && <HandIn session={session} began={began} onShow={showImage} onClose={() => setAsking(false)} />}
    </>
  );
}

const refreshed = (model: ViewerModel): void => {
  for (const pane of model.panes) pane.refresh();
};

/** The number of the image that a pane shows; null for planes across the series. */
export function imageShown(marking: Marking, pane: Pane): number | null {
  const found = marking.series.find(({ series }) => String(series) === pane.stack?.key);
  return found?.images[pane.state.index]?.image ?? null;
}

function usePainters(
  model: ViewerModel,
  session: MarkingSession,
  drawing: Drawing,
  imageOf: (pane: Pane) => number | null,
  seen: ReturnType<typeof useOpinions>,
): void {
  const opinions = useRef(seen);
  opinions.current = seen;
  useEffect(() => {
    const { categories } = session.marking;
    const paint = (context: CanvasRenderingContext2D, to: Parameters<typeof paintLesions>[1], pane: Pane): void => {
      const image = imageOf(pane);
      if (image === null) return;
      if (!model.state.hidden) {
        for (const { lesions, look } of opinions.current.drawn)
          paintLesions(context, to, lesions, image, { categories, ...look });
        paintLesions(context, to, visible(session, drawing), image, { categories, chosen: session.state.chosen });
      }
      paintDrawing(context, to, drawing, image);
    };
    for (const pane of model.panes) pane.painters.add(paint);
    const unlisten = session.listen(() => refreshed(model));
    refreshed(model);
    return () => {
      unlisten();
      for (const pane of model.panes) pane.painters.delete(paint);
    };
  }, [model, session, drawing, imageOf]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn of others changed.
  useEffect(() => refreshed(model), [seen.drawn, model]);
}

/** All lesions; the one that is being moved is drawn where the pointer holds it. */
const visible = (session: MarkingSession, drawing: Drawing): Lesion[] =>
  session.state.marked.lesions.filter(({ lesion }) => lesion !== drawing.moving?.lesion.lesion);

interface HandingIn {
  session: MarkingSession;
  began: number;
  onShow: (image: number) => void;
  onClose: () => void;
}

function HandIn({ session, began, onShow, onClose }: HandingIn) {
  const t = useWords(words);
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [done, setDone] = useState<Submitted | null>(null);
  const [defects, setDefects] = useState<Defect[]>([]);
  const yes = useRef<HTMLButtonElement>(null);
  useEffect(() => yes.current?.focus(), []);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setProblem("");
    try {
      if (!(await session.saving.flush())) return setProblem(t.unsaved);
      const seconds = Math.round((Date.now() - began) / 1000);
      const answer = await annotation.submit(session.marking.marking, session.saving.revision, seconds);
      void queries.invalidateQueries({ queryKey: ["annotation"] });
      if (answer.training || answer.next === null) setDone(answer);
      else go(`/annotate/case/${answer.next}`);
    } catch (raised) {
      setDefects(defectsOf(raised));
      setProblem(raised instanceof ApiProblem ? raised.sentence || t.unsaved : t.unsaved);
    } finally {
      setBusy(false);
    }
  };
  if (done) {
    const score = trainingScore(done);
    return (
      <Dialog
        title={t.handedIn}
        onClose={() => go("/annotate")}
        actions={
          <Button
            kind="primary"
            onClick={() =>
              go(done.next === null ? (score ? "/annotate/training" : "/annotate") : `/annotate/case/${done.next}`)
            }
          >
            {done.next === null ? t.toWorklist : t.nextCase}
          </Button>
        }
      >
        {score ? t.scored(score.score, score.passing) : t.allDone}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t.handIn}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.close}</Button>
          <Button kind="primary" busy={busy} onClick={() => void submit()} ref={yes}>
            {t.handIn}
          </Button>
        </>
      }
    >
      <p>
        {t.lesions}: {session.state.marked.lesions.filter(({ deleted }) => !deleted).length}
      </p>
      {problem && <p role="alert">{t.handInFailed(problem)}</p>}
      {defects.length > 0 && (
        <ul>
          {defects.map((one) => (
            <li key={`${one.code} ${one.image} ${one.lesion}`}>
              {one.sentence}{" "}
              {one.image !== null && (
                <Button
                  kind="quiet"
                  onClick={() => {
                    onShow(one.image as number);
                    session.choose(one.lesion);
                    onClose();
                  }}
                >
                  {t.show}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function defectsOf(raised: unknown): Defect[] {
  const body = (raised as { body?: { defects?: Defect[] } }).body;
  return body?.defects ?? [];
}

/** The result of a training case as text. */
function trainingScore({ training }: Submitted): { score: string; passing: string } | null {
  if (!training) return null;
  const share = (value: unknown): string => (typeof value === "number" ? value.toFixed(2) : "");
  return { score: share(training.score ?? training.share), passing: share(training.passing) };
}
