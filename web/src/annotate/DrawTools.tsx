import { useSyncExternalStore } from "react";
import { type Hotkey, useHotkeys } from "../parts/hotkeys";
import { Icon } from "../viewer/Icon";
import type { Pane } from "../viewer/pane";
import type { ViewerModel } from "../viewer/Viewer";
import { useWords } from "../words";
import { copyNext, fillBetween } from "./acting";
import style from "./Case.module.css";
import type { Drawing, DrawTool } from "./drawing";
import { words } from "./words";

interface Properties {
  drawing: Drawing;
  model: ViewerModel;
  imageOf: (pane: Pane) => number | null;
  onHandIn: () => void;
}

const TOOLS: readonly [DrawTool, string][] = [
  ["choose", "t"],
  ["line", "l"],
  ["polygon", "p"],
  ["box", "b"],
  ["brush", "f"],
  ["eraser", "e"],
];
const COUNTS: Record<DrawTool, readonly string[]> = {
  choose: [],
  line: ["line"],
  polygon: ["polygon", "freehand"],
  box: ["box"],
  brush: ["mask", "freehand", "polygon"],
  eraser: [],
};

/** The tools that draw, beside those of the viewer. */
export function DrawTools({ drawing, model, imageOf, onHandIn }: Properties) {
  const t = useWords(words);
  const { session } = drawing;
  const state = useSyncExternalStore(drawing.listen, drawing.snapshot);
  const marked = useSyncExternalStore(session.listen, session.snapshot);
  const { marking } = session;
  const shared = useSyncExternalStore(model.listen, model.snapshot);
  useHotkeys(useKeys(drawing, model, imageOf, onHandIn));
  const pick = (tool: DrawTool): void => drawing.set({ tool: state.tool === tool ? null : tool });
  const counts = (tool: DrawTool): boolean =>
    COUNTS[tool].length === 0 || COUNTS[tool].some((kind) => marking.tools.includes(kind));
  const mode = (wished: "add" | "subtract"): void => drawing.set({ mode: state.mode === wished ? "new" : wished });
  return (
    <>
      <fieldset aria-label={t.toolsOf} className={style.group} data-tool-in-hand={state.tool ?? shared.tool}>
        {TOOLS.map(([tool, key]) => (
          <button
            key={tool}
            type="button"
            className={style.tool}
            aria-pressed={state.tool === tool}
            aria-keyshortcuts={key}
            data-counts={counts(tool)}
            data-tool={tool}
            disabled={!session.open && tool !== "choose"}
            title={`${t[tool]} (${key})${counts(tool) ? "" : ` · ${t.notCounted}`}`}
            onClick={() => pick(tool)}
          >
            {t[tool]}
          </button>
        ))}
        {(["add", "subtract"] as const).map((one) => (
          <button
            key={one}
            type="button"
            className={style.tool}
            aria-pressed={state.mode === one}
            aria-keyshortcuts={one === "add" ? "+" : "-"}
            data-mode={one}
            disabled={!session.open}
            title={`${t[one]} (${one === "add" ? "+" : "-"})`}
            onClick={() => mode(one)}
          >
            {t[one]}
          </button>
        ))}
      </fieldset>
      {(state.tool === "brush" || state.tool === "eraser") && (
        <input
          className={style.radius}
          type="range"
          min={1}
          max={60}
          value={state.radius}
          aria-label={t.radius}
          title={`${t.radius} ([ ])`}
          onChange={(event) => drawing.set({ radius: Number(event.target.value) })}
        />
      )}
      <span className={style.group}>
        <button
          type="button"
          className={style.tool}
          disabled={!marked.canUndo || !session.open}
          title={`${t.undo} (z)`}
          aria-label={t.undo}
          aria-keyshortcuts="z"
          onClick={() => session.undo()}
        >
          <Icon name="undo" />
        </button>
        <button
          type="button"
          className={style.tool}
          disabled={!marked.canRedo || !session.open}
          title={`${t.redo} (shift+z)`}
          aria-label={t.redo}
          aria-keyshortcuts="Shift+Z"
          onClick={() => session.redo()}
        >
          <Icon name="redo" />
        </button>
        {marking.dataset !== "XRY" && (
          <>
            <button
              type="button"
              className={style.tool}
              disabled={!session.lesion || !session.open}
              title={`${t.copyNext} (x)`}
              onClick={() => copyNext(session, model, imageOf)}
            >
              {t.copyNext}
            </button>
            <button
              type="button"
              className={style.tool}
              disabled={!session.lesion || !session.open}
              title={`${t.interpolate} (y)`}
              onClick={() => void fillBetween(session)}
            >
              {t.interpolate}
            </button>
          </>
        )}
      </span>
    </>
  );
}

function useKeys(
  drawing: Drawing,
  model: ViewerModel,
  imageOf: (pane: Pane) => number | null,
  onHandIn: () => void,
): Hotkey[] {
  const t = useWords(words);
  const { session } = drawing;
  const accept = (kind: "proposal_accepted" | "proposal_declined") => (): void => {
    const { lesion } = session;
    if (lesion?.proposal) session.does({ kind, lesion: lesion.lesion });
  };
  const radius = (by: number) => () => drawing.set({ radius: Math.min(60, Math.max(1, drawing.state.radius + by)) });
  return [
    ...TOOLS.map(([tool, keys]) => ({ keys, does: t[tool], run: () => drawing.set({ tool }) })),
    { keys: "+", does: t.add, run: () => drawing.set({ mode: drawing.state.mode === "add" ? "new" : "add" }) },
    { keys: "=", does: t.add, run: () => drawing.set({ mode: drawing.state.mode === "add" ? "new" : "add" }) },
    {
      keys: "-",
      does: t.subtract,
      run: () => drawing.set({ mode: drawing.state.mode === "subtract" ? "new" : "subtract" }),
    },
    { keys: "z", does: t.undo, run: () => session.undo() },
    { keys: "ctrl+z", does: t.undo, run: () => session.undo() },
    { keys: "shift+z", does: t.redo, run: () => session.redo() },
    { keys: "ctrl+shift+z", does: t.redo, run: () => session.redo() },
    { keys: "x", does: t.copyNext, run: () => copyNext(session, model, imageOf) },
    { keys: "y", does: t.interpolate, run: () => void fillBetween(session) },
    { keys: "[", does: t.smaller, run: radius(-2) },
    { keys: "]", does: t.larger, run: radius(2) },
    { keys: "Enter", does: t.finish, run: () => drawing.finish() },
    {
      keys: "Escape",
      does: t.leave,
      run: () => {
        if (drawing.busy) drawing.stop();
        else drawing.set({ mode: "new" });
      },
    },
    { keys: "Delete", does: t.removeShape, run: () => removeShape(drawing, model, imageOf) },
    {
      keys: "shift+Delete",
      does: t.removeLesion,
      run: () => session.lesion && session.does({ kind: "lesion_deleted", lesion: session.lesion.lesion }),
    },
    { keys: "j", does: t.accept, run: accept("proposal_accepted") },
    { keys: "k", does: t.decline, run: accept("proposal_declined") },
    { keys: "n", does: t.nextCase, run: onHandIn },
    ...session.marking.categories.map(({ id, key, name }) => ({
      keys: key,
      does: name,
      run: () => {
        drawing.set({ category: id });
        if (session.lesion) session.does({ kind: "category_set", lesion: session.lesion.lesion, category: id });
      },
    })),
  ];
}

function removeShape({ session }: Drawing, model: ViewerModel, imageOf: (pane: Pane) => number | null): void {
  const image = imageOf(model.pane);
  const { lesion } = session;
  if (!lesion || image === null || !lesion.shapes[image]) return;
  if (Object.keys(lesion.shapes).length === 1) session.does({ kind: "lesion_deleted", lesion: lesion.lesion });
  else session.does({ kind: "shape_deleted", lesion: lesion.lesion, image });
}
