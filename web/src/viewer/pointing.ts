import type { ViewerModel, ViewTool } from "./model";
import type { Pane } from "./pane";
import { inPatient } from "./planes";
import type { Point } from "./view";

/** Somebody else's use of the left button, as drawing: points are in image coordinates. */
export interface Gesture {
  down: (at: Point, event: PointerEvent, pane: Pane) => void;
  move: (at: Point, event: PointerEvent, pane: Pane) => void;
  up: (at: Point, event: PointerEvent, pane: Pane) => void;
  cancel?: () => void;
}

interface Drag {
  tool: ViewTool | "gesture";
  last: Point;
}

/** What the pointer does on a pane: left by tool, middle moves, right sets the window, the wheel scrolls. */
export function listenTo(
  canvas: HTMLElement,
  pane: Pane,
  model: ViewerModel,
  gesture: () => Gesture | null,
): () => void {
  let drag: Drag | null = null;
  let wheel = 0;
  const at = (event: MouseEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const image = (event: MouseEvent): Point => pane.imagePoint(at(event)) ?? [0, 0];
  const down = (event: PointerEvent): void => {
    const place = model.panes.indexOf(pane);
    if (place !== model.state.active) model.set({ active: place });
    if (drag || !pane.slice) return;
    const held = gesture();
    const left = held ? "gesture" : model.state.tool;
    drag = { tool: event.button === 1 ? "pan" : event.button === 2 ? "window" : left, last: at(event) };
    canvas.setPointerCapture(event.pointerId);
    if (drag.tool === "gesture") held?.down(image(event), event, pane);
    else if (drag.tool === "length") model.measures.begin(pane, image(event));
    else if (drag.tool === "crosshair") pointFrom(model, pane, image(event));
    lens(event);
  };
  const lens = (event: PointerEvent): void => {
    const { tool } = model.state;
    const shown = !gesture() && (tool === "magnifier" || tool === "probe");
    const before = model.measures.lens;
    model.measures.lens = shown ? { pane, at: at(event), kind: tool === "probe" ? "probe" : "magnifier" } : null;
    if (before || shown) pane.refresh();
  };
  const move = (event: PointerEvent): void => {
    lens(event);
    if (!drag) {
      gesture()?.move(image(event), event, pane);
      return;
    }
    if (drag.tool === "gesture") {
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length ? events : [event]) gesture()?.move(image(one), event, pane);
      return;
    }
    const now = at(event);
    dragged(drag.tool, [now[0] - drag.last[0], now[1] - drag.last[1]], now, model, pane);
    drag.last = drag.tool === "scroll" && Math.abs(now[1] - drag.last[1]) < 4 ? drag.last : now;
  };
  const up = (event: PointerEvent): void => {
    if (!drag) return;
    if (drag.tool === "gesture") gesture()?.up(image(event), event, pane);
    if (drag.tool === "length") model.measures.end();
    drag = null;
    pane.refresh();
  };
  const cancel = (): void => {
    if (drag?.tool === "gesture") gesture()?.cancel?.();
    drag = null;
  };
  const leave = (): void => {
    if (!model.measures.lens) return;
    model.measures.lens = null;
    pane.refresh();
  };
  const scroll = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.ctrlKey) {
      pane.zoomAt(event.deltaY < 0 ? 1.15 : 1 / 1.15, at(event));
      return;
    }
    wheel += event.deltaMode === 0 ? event.deltaY / 60 : event.deltaY;
    const whole = Math.abs(wheel) < 1 && Math.abs(event.deltaY) >= 60 ? Math.sign(event.deltaY) : Math.trunc(wheel);
    if (whole === 0) return;
    wheel = 0;
    model.set({ active: model.panes.indexOf(pane) });
    pane.to(pane.state.index + whole);
  };
  const menu = (event: Event): void => event.preventDefault();
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", cancel);
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("wheel", scroll, { passive: false });
  canvas.addEventListener("contextmenu", menu);
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", cancel);
    canvas.removeEventListener("pointerleave", leave);
    canvas.removeEventListener("wheel", scroll);
    canvas.removeEventListener("contextmenu", menu);
  };
}

function pointFrom(model: ViewerModel, pane: Pane, at: Point): void {
  const header = pane.slice?.header;
  if (header) model.pointAt(inPatient(header, at));
}

function dragged(tool: ViewTool, [dx, dy]: Point, now: Point, model: ViewerModel, pane: Pane): void {
  const { window, view, index } = pane.state;
  if (tool === "pan") pane.set({ view: { ...view, moved: [view.moved[0] + dx, view.moved[1] + dy] } });
  else if (tool === "zoom") pane.zoomAt(1.01 ** -dy, [pane.size.width / 2, pane.size.height / 2]);
  else if (tool === "scroll") {
    if (Math.abs(dy) >= 4) pane.to(index + Math.trunc(dy / 4));
  } else if (tool === "window" && window) {
    const step = Math.max(window.width, 1e-6) / 300;
    const [center, width] = [window.center + dy * step, Math.max(window.width + dx * step * 1.5, step)];
    // What is dragged is a window of one's own, no longer that of the file.
    pane.set({ window: { center, width, shape: window.shape } });
  } else if (tool === "length") {
    model.measures.drag(pane.imagePoint(now) ?? [0, 0]);
    pane.refresh();
  } else if (tool === "crosshair") pointFrom(model, pane, pane.imagePoint(now) ?? [0, 0]);
}
