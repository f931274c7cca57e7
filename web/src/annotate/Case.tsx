import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Link } from "wouter";
import { Button, Told } from "../parts";
import type { Pane } from "../viewer/pane";
import { useViewer, Viewer, type ViewerModel, type ViewerSeries } from "../viewer/Viewer";
import { useWords } from "../words";
import { annotation } from "./asking";
import style from "./Case.module.css";
import { DrawTools } from "./DrawTools";
import { Drawing, type DrawTool } from "./drawing";
import { HandIn } from "./HandIn";
import type { Lesion } from "./history";
import { LesionPanel } from "./LesionPanel";
import type { Marking } from "./marking";
import { Opinions, useOpinions } from "./Opinions";
import { paintDrawing, paintLesions } from "./painting";
import { Reasoned } from "./Reasoned";
import type { MarkingSession } from "./session";
import { stageWord, taskOf } from "./stages";
import { words } from "./words";

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
  const [reopening, setReopening] = useState(false);
  const queries = useQueryClient();
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
          {marking.dataset} · {t[stageWord(marking.stage)]} · {taskOf(t, marking)}
        </span>
        <span className={style.saving} data-state={state.saving} role="status">
          {session.open ? t[state.saving] : t.handedIn}
        </span>
        {marking.can_reopen && <Button onClick={() => setReopening(true)}>{t.reopen}</Button>}
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
          {state.refused && (
            <p className={style.notice} role="alert">
              {t.refusedAbout} <Told>{state.refused}</Told>
            </p>
          )}
          {state.nothingBetween && (
            <p className={style.notice} role="status">
              {t.cannotInterpolate}
            </p>
          )}
          {state.conflicts > 0 && (
            <p className={style.notice} role="alert">
              {t.conflicts}{" "}
              <Button kind="quiet" onClick={() => session.set({ conflicts: 0 })}>
                {t.close}
              </Button>
            </p>
          )}
          {marking.opinions.length > 0 && <Opinions session={session} seen={seen} onShow={showImage} />}
          <LesionPanel session={session} drawing={drawing} onShow={showImage} />
          {marking.opinions.length === 0 && <Opinions session={session} seen={seen} onShow={showImage} />}
        </aside>
      </div>
      {reopening && (
        <Reasoned
          title={t.reopen}
          about={t.reopenAbout}
          onSay={async (reason) => {
            await annotation.reopen(marking.marking, reason);
            await queries.invalidateQueries({ queryKey: ["annotation"] });
          }}
          onClose={() => setReopening(false)}
        />
      )}
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
