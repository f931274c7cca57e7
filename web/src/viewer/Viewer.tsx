import { type ReactNode, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { type Hotkey, useHotkeys } from "../parts/hotkeys";
import { useWords } from "../words";
import { Icon } from "./Icon";
import { ViewerModel as Model, type ViewerModel, type ViewerSeries, type ViewTool } from "./model";
import { PaneView } from "./PaneView";
import type { Gesture } from "./pointing";
import { PRESETS, type PresetName } from "./presets";
import style from "./Viewer.module.css";
import { FITTED } from "./view";
import { words } from "./words";

interface Properties {
  model: ViewerModel;
  /** Takes the left button away from the viewer, as drawing does. */
  gesture?: Gesture | null;
  /** A tool of the viewer was chosen. */
  onTool?: () => void;
  cursor?: string | undefined;
  /** Tools of whoever draws, in the same line. */
  children?: ReactNode;
}

export type { Gesture, ViewerModel, ViewerSeries };

/** A model of the viewer for these series, as long as the component is shown. */
export function useViewer(series: readonly ViewerSeries[]): ViewerModel {
  const key = series.map((one) => `${one.key}:${one.images.length}`).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same series come as new lists; their keys say whether they changed.
  const model = useMemo(() => new Model(series), [key]);
  useEffect(() => () => model.close(), [model]);
  return model;
}

/** The DICOM viewer: dark, tools above, the panes below. */
export function Viewer({ model, gesture = null, onTool, cursor, children }: Properties) {
  const t = useWords(words);
  const state = useSyncExternalStore(model.listen, model.snapshot);
  const whole = useRef<HTMLElement>(null);
  const take = (tool: ViewTool): void => {
    model.set({ tool });
    onTool?.();
  };
  useHotkeys(useKeys(model, whole, take));
  const panes = { one: 1, two: 2, planes: 3 }[state.layout];
  return (
    <section ref={whole} className={style.viewer} aria-label={t.viewer}>
      <div>
        <Tools model={model} free={gesture === null} onTake={take}>
          {children}
        </Tools>
        {state.problem && (
          <p className={style.notice} role="status">
            {t.noVolume}
          </p>
        )}
        {state.waiting > 0 && (
          <p className={style.notice} role="status">
            {t.waiting(state.waiting)}
          </p>
        )}
      </div>
      <div className={style.panes} data-layout={state.layout}>
        {Array.from({ length: panes }, (_, place) => (
          <PaneView
            // biome-ignore lint/suspicious/noArrayIndexKey: a pane is its place.
            key={place}
            model={model}
            place={place}
            gesture={() => gesture}
            {...(cursor ? { cursor } : {})}
          />
        ))}
      </div>
    </section>
  );
}

const TOOLS: readonly [ViewTool, string, `tool${string}`][] = [
  ["window", "w", "toolWindow"],
  ["scroll", "s", "toolScroll"],
  ["pan", "a", "toolPan"],
  ["zoom", "q", "toolZoom"],
  ["length", "d", "toolLength"],
  ["probe", "v", "toolProbe"],
  ["magnifier", "m", "toolMagnifier"],
];

interface ToolLine {
  model: ViewerModel;
  /** Nobody else holds the left button. */
  free: boolean;
  onTake: (tool: ViewTool) => void;
  children?: ReactNode;
}

function Tools({ model, free, onTake, children }: ToolLine) {
  const t = useWords(words) as unknown as Record<string, string>;
  const state = useSyncExternalStore(model.listen, model.snapshot);
  return (
    <div className={style.tools} role="toolbar" aria-label={t.tools}>
      {children}
      {TOOLS.map(([tool, key, word]) => (
        <button
          key={tool}
          type="button"
          className={style.tool}
          aria-pressed={free && state.tool === tool}
          aria-keyshortcuts={key}
          title={`${t[word]} (${key})`}
          data-view-tool={tool}
          onClick={() => onTake(tool)}
        >
          {t[word]}
        </button>
      ))}
      <span className={style.gap} />
      <Presets model={model} />
      <Turning model={model} />
      <Arranging model={model} />
    </div>
  );
}

function Presets({ model }: { model: ViewerModel }) {
  const t = useWords(words);
  const pane = model.pane;
  useSyncExternalStore(pane.listen, pane.snapshot);
  const windows = pane.slice?.header.windows ?? [];
  const choose = (value: string): void => {
    if (value.startsWith("file")) pane.set({ window: windows[Number(value.slice(4))] ?? pane.state.window });
    else if (value) pane.set({ window: PRESETS[value as PresetName] });
  };
  return (
    <select className={style.choose} aria-label={t.presets} value="" onChange={(event) => choose(event.target.value)}>
      <option value="">{t.presets}</option>
      {(Object.keys(PRESETS) as PresetName[]).map((name) => (
        <option key={name} value={name}>
          {t[name]} ({PRESETS[name].center}/{PRESETS[name].width})
        </option>
      ))}
      {windows.map((window, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the windows of a file have only their order.
        <option key={place} value={`file${place}`}>
          {window.name || (window.table ? t.fileTable : t.fileWindow)}
          {window.table ? "" : ` (${window.center}/${window.width})`}
        </option>
      ))}
    </select>
  );
}

function Turning({ model }: { model: ViewerModel }) {
  const t = useWords(words);
  const { cine } = useSyncExternalStore(model.listen, model.snapshot);
  const fit = () => model.pane.set({ view: { ...model.pane.state.view, zoom: 1, moved: [0, 0] } });
  const all = [
    ["invert", "i", () => invert(model)],
    ["turn", "r", () => turn(model)],
    ["mirror", "h", () => mirror(model)],
    ["fit", "0", fit],
    ["cine", "c", () => model.toggleCine()],
  ] as const;
  return (
    <>
      {all.map(([name, key, run]) => (
        <button
          key={name}
          type="button"
          className={style.tool}
          title={`${t[name]} (${key})`}
          aria-label={t[name]}
          aria-keyshortcuts={key}
          aria-pressed={name === "cine" ? cine : undefined}
          onClick={run}
        >
          <Icon name={name} />
        </button>
      ))}
    </>
  );
}

function Arranging({ model }: { model: ViewerModel }) {
  const t = useWords(words);
  const state = useSyncExternalStore(model.listen, model.snapshot);
  const pet = model.series.filter(({ modality }) => modality === "PT");
  const volume = model.series.some(
    ({ modality, images }) => ["CT", "PT", "MR"].includes(modality) && images.length > 2,
  );
  return (
    <>
      <span className={style.gap} />
      {model.series.length > 1 && (
        <select
          className={style.choose}
          aria-label={t.series}
          value={state.shown[state.active]}
          onChange={(event) => model.choose(event.target.value)}
        >
          {model.series.map(({ key, label }) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
      )}
      {(["one", "two", "planes"] as const)
        .filter((layout) => (layout === "planes" ? volume : layout === "one" || model.series.length > 1))
        .map((layout) => (
          <button
            key={layout}
            type="button"
            className={style.tool}
            aria-pressed={state.layout === layout}
            onClick={() => model.arrange(layout)}
          >
            {t[layout]}
          </button>
        ))}
      {state.layout === "two" && (
        <button
          type="button"
          className={style.tool}
          aria-pressed={state.linked}
          onClick={() => model.set({ linked: !state.linked })}
        >
          {t.linked}
        </button>
      )}
      {state.layout === "planes" && (
        <button
          type="button"
          className={style.tool}
          aria-pressed={state.tool === "crosshair"}
          onClick={() => model.set({ tool: "crosshair" })}
        >
          {t.toolCrosshair}
        </button>
      )}
      {pet.length > 0 && model.series.length > pet.length && (
        <>
          <select
            className={style.choose}
            aria-label={t.fusion}
            value={state.fused ?? ""}
            onChange={(event) => void model.fuse(event.target.value || null)}
          >
            <option value="">{t.noFusion}</option>
            {pet.map(({ key, label }) => (
              <option key={key} value={key}>
                {t.fusion}: {label}
              </option>
            ))}
          </select>
          {state.fused && (
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={state.opacity}
              aria-label={t.opacity}
              onChange={(event) => model.set({ opacity: Number(event.target.value) })}
            />
          )}
        </>
      )}
    </>
  );
}

const invert = (model: ViewerModel): void => model.pane.set({ inverted: !model.pane.state.inverted });
const mirror = (model: ViewerModel): void => {
  const { view } = model.pane.state;
  model.pane.set({ view: { ...view, mirrored: !view.mirrored } });
};
const turn = (model: ViewerModel): void => {
  const { view } = model.pane.state;
  model.pane.set({ view: { ...view, turned: ((view.turned + 90) % 360) as 0 | 90 | 180 | 270, moved: [0, 0] } });
};

function useKeys(model: ViewerModel, whole: { current: HTMLElement | null }, take: (tool: ViewTool) => void): Hotkey[] {
  const t = useWords(words);
  const step = (by: number) => () => model.pane.to(model.pane.state.index + by);
  const names = t as unknown as Record<string, string>;
  return [
    ...TOOLS.map(([tool, keys, word]) => ({ keys, does: names[word] ?? "", run: () => take(tool) })),
    { keys: "ArrowDown", does: t.next, run: step(1) },
    { keys: "ArrowRight", does: t.next, run: step(1) },
    { keys: "ArrowUp", does: t.previous, run: step(-1) },
    { keys: "ArrowLeft", does: t.previous, run: step(-1) },
    { keys: "PageDown", does: t.next, run: step(10) },
    { keys: "PageUp", does: t.previous, run: step(-10) },
    { keys: "Home", does: t.first, run: () => model.pane.to(0) },
    { keys: "End", does: t.last, run: () => model.pane.to(Number.MAX_SAFE_INTEGER) },
    { keys: "i", does: t.invert, run: () => invert(model) },
    { keys: "r", does: t.turn, run: () => turn(model) },
    { keys: "h", does: t.mirror, run: () => mirror(model) },
    { keys: "0", does: t.fit, run: () => model.pane.set({ view: FITTED }) },
    { keys: "c", does: t.cine, run: () => model.toggleCine() },
    { keys: "space", does: t.hide, run: () => model.set({ hidden: !model.state.hidden }) },
    { keys: "shift+f", does: t.fullScreen, run: () => void toggleFullScreen(whole.current) },
  ];
}

async function toggleFullScreen(element: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await element?.requestFullscreen();
}
