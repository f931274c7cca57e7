import { useEffect, useRef, useSyncExternalStore } from "react";
import { classes } from "../parts/classes";
import { useWords } from "../words";
import type { Header } from "./header";
import type { ViewerModel } from "./model";
import type { Pane, PaneState } from "./pane";
import { PlaneStack } from "./planes";
import { type Gesture, listenTo } from "./pointing";
import style from "./Viewer.module.css";
import { edgeLetters, lettersOf, scaleBar } from "./view";
import { words } from "./words";

interface Properties {
  model: ViewerModel;
  place: number;
  gesture: () => Gesture | null;
  cursor?: string;
}

/** One pane: the image, what is written around it, and a slider through its series. */
export function PaneView({ model, place, gesture, cursor }: Properties) {
  const t = useWords(words);
  const pane = model.panes[place] as Pane;
  const state = useSyncExternalStore(pane.listen, pane.snapshot);
  const shared = useSyncExternalStore(model.listen, model.snapshot);
  const image = useRef<HTMLCanvasElement>(null);
  const ink = useRef<HTMLDivElement>(null);
  const held = useRef(gesture);
  held.current = gesture;
  useEffect(() => {
    if (!image.current || !ink.current) return;
    const detach = pane.attach(image.current);
    const unlisten = listenTo(ink.current, pane, model, () => held.current());
    return () => {
      unlisten();
      detach();
    };
  }, [pane, model]);
  const count = pane.stack?.count ?? 0;
  const active = shared.active === place && shared.layout !== "one";
  return (
    <div
      className={classes(style.pane, active && style.active)}
      data-pane={place}
      data-index={state.index}
      data-loaded={state.loaded}
    >
      <canvas
        ref={image}
        className={style.canvas}
        role="img"
        aria-label={`${t.pane(place + 1)} ${t.image(state.index + 1, count)}`}
      />
      <div ref={ink} className={style.canvas} style={{ cursor: cursor ?? "crosshair" }} data-ink={place} />
      {!shared.hidden && <Around pane={pane} state={state} label={labelOf(model, place, t)} />}
      {state.failed && (
        <p className={style.failed} role="alert">
          {t.failed}
        </p>
      )}
      {count > 1 && (
        <input
          className={style.slider}
          type="range"
          aria-label={t.slider}
          min={1}
          max={count}
          value={state.index + 1}
          onChange={(event) => pane.to(Number(event.target.value) - 1)}
          tabIndex={active || shared.layout === "one" ? 0 : -1}
        />
      )}
    </div>
  );
}

function labelOf(model: ViewerModel, place: number, t: { axial: string; coronal: string; sagittal: string }): string {
  const stack = model.panes[place]?.stack;
  if (stack instanceof PlaneStack) return t[stack.name];
  return model.series.find(({ key }) => key === stack?.key)?.label ?? "";
}

function Around({ pane, state, label }: { pane: Pane; state: PaneState; label: string }) {
  const t = useWords(words);
  const header = pane.slice?.header;
  if (!header) return <p className={style.corner}>{state.failed ? "" : t.loading}</p>;
  const count = pane.stack?.count ?? 0;
  const letters = edgeLetters(directions(header), state.view);
  const { window, view } = state;
  const whole = (value: number) => (Math.abs(value) < 10 ? value.toFixed(2) : String(Math.round(value)));
  const signs = [
    view.turned && t.turned(view.turned),
    view.mirrored && t.mirrored,
    state.inverted && t.inverted,
  ].filter(Boolean);
  return (
    <div className={style.around} aria-hidden="true">
      <p className={style.corner}>{label}</p>
      <p className={classes(style.corner, style.rightTop)}>
        {t.image(state.index + 1, count)}
        {state.loaded < count && <br />}
        {state.loaded < count && t.loaded(state.loaded, count)}
      </p>
      <p className={classes(style.corner, style.leftFoot)}>
        {window && t.window(whole(window.center), whole(window.width))}
        {window?.name && ` · ${window.name}`}
        <br />
        {t.zoom(Math.round(view.zoom * 100))}
      </p>
      {signs.length > 0 && <p className={classes(style.corner, style.sign)}>{signs.join(" · ")}</p>}
      {letters &&
        (["left", "right", "top", "bottom"] as const).map((edge) => (
          <span key={edge} className={classes(style.letter, style[edge])} data-edge={edge}>
            {letters[edge]}
          </span>
        ))}
      <Bar pane={pane} header={header} />
    </div>
  );
}

function directions(header: Header): { row: string; column: string } | null {
  if (header.orientation) return { row: lettersOf(header.orientation[0]), column: lettersOf(header.orientation[1]) };
  return header.patientOrientation && { row: header.patientOrientation[0], column: header.patientOrientation[1] };
}

function Bar({ pane, header }: { pane: Pane; header: Header }) {
  const to = pane.placing;
  if (!to || !header.spacing) return null;
  const [length, pixels] = scaleBar(Math.hypot(to.a, to.b) / header.spacing[1], pane.size);
  return (
    <p className={style.bar} style={{ width: pixels }}>
      {length >= 10 ? `${length / 10} cm` : `${length} mm`}
    </p>
  );
}
