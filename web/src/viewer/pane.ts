import type { Window } from "./header";
import { firstWindow, render, type Slice } from "./pixels";
import type { Stack } from "./stack";
import {
  type Affine,
  apply,
  FITTED,
  inverse,
  type Point,
  placed,
  type Shown,
  type Size,
  type View,
  zoomedAt,
} from "./view";

/** What is shown at one moment. */
export interface PaneState {
  index: number;
  window: Window | null;
  inverted: boolean;
  view: View;
  loading: boolean;
  failed: boolean;
  /** How many images of the stack are here. */
  loaded: number;
}

/** Draws something over the image; `to` leads from image coordinates to the screen. */
export type Painter = (context: CanvasRenderingContext2D, to: Affine, pane: Pane) => void;

/** Something laid over the image, in its coordinates: PET over CT. */
export type Overlay = (slice: Slice) => { key: string; picture: ImageData } | null;

/**
 * One image on the screen. It is drawn by itself, outside of React, at most once a frame of the display, so that
 * scrolling and drawing stay quick; React hears of changes by `listen`.
 */
export class Pane {
  state: PaneState = { index: 0, window: null, inverted: false, view: FITTED, loading: true, failed: false, loaded: 0 };
  stack: Stack | null = null;
  readonly painters = new Set<Painter>();
  overlay: Overlay | null = null;
  private image: HTMLCanvasElement | null = null;
  private readonly source = document.createElement("canvas");
  private readonly fused = document.createElement("canvas");
  private pixels: ImageData | null = null;
  private drawn = "";
  private drawnBy: Window["table"];
  private fusedKey = "";
  private shown: Slice | null = null;
  private frame = 0;
  private readonly listeners = new Set<() => void>();
  private unlisten: () => void = () => undefined;
  /** How often the image was drawn; tests measure by it. */
  frames = 0;

  /** Where to draw: the image and, in the same canvas, what lies over it. */
  attach(image: HTMLCanvasElement): () => void {
    this.image = image;
    const watch = new ResizeObserver(() => this.resized());
    watch.observe(image);
    this.resized();
    return () => {
      watch.disconnect();
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      this.image = null;
    };
  }

  listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): PaneState => this.state;

  /** The slice that is on the screen now. */
  get slice(): Slice | null {
    return this.shown;
  }

  show(stack: Stack, index = 0): void {
    this.unlisten();
    this.stack = stack;
    this.shown = null;
    this.drawn = "";
    this.unlisten = stack.listen(() => this.arrived());
    this.set({ index: -1, window: null, inverted: false, view: FITTED, loaded: stack.loaded() });
    this.to(index);
  }

  /** Go to an image of the stack. */
  to(index: number): void {
    const stack = this.stack;
    if (!stack) return;
    const at = Math.min(stack.count - 1, Math.max(0, Math.round(index)));
    if (at === this.state.index) return;
    const found = stack.get(at);
    if (found) this.shown = found;
    this.set({ index: at, loading: !found, failed: false });
    stack.want(at).then(
      () => this.arrived(),
      () => this.state.index === at && this.stack === stack && this.set({ loading: false, failed: true }),
    );
    this.arrived();
  }

  set(change: Partial<PaneState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
    this.refresh();
  }

  /** Say how many images are here: not at each of hundreds, but at the last. */
  private count(): void {
    const here = this.stack?.loaded() ?? 0;
    if (here === this.state.loaded || (here % 10 !== 0 && here !== this.stack?.count)) return;
    this.set({ loaded: here });
  }

  private arrived(): void {
    const slice = this.stack?.get(this.state.index);
    this.count();
    if (!slice) return;
    if (slice !== this.shown || this.state.loading || !this.state.window) {
      this.shown = slice;
      this.set({ loading: false, failed: false, window: this.state.window ?? firstWindow(slice) });
    }
  }

  get size(): Size {
    return { width: this.image?.clientWidth || 1, height: this.image?.clientHeight || 1 };
  }

  /** The image's measures as it is shown. */
  get shape(): Shown | null {
    const header = this.shown?.header;
    return header ? { columns: header.columns, rows: header.rows, spacing: header.spacing ?? [1, 1] } : null;
  }

  /** From image coordinates to the screen. */
  get placing(): Affine | null {
    const shape = this.shape;
    return shape && placed(this.state.view, shape, this.size);
  }

  /** Image coordinates of a point of the screen. */
  imagePoint(screen: readonly [number, number]): Point | null {
    const to = this.placing;
    return to && apply(inverse(to), screen);
  }

  zoomAt(by: number, at: readonly [number, number]): void {
    this.set({ view: zoomedAt(this.state.view, by, at, this.size) });
  }

  /** Draw at the next frame of the display. */
  refresh = (): void => {
    if (this.frame || !this.image) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  };

  /** Draw the image again around a point of the screen, larger. */
  drawMagnified(context: CanvasRenderingContext2D, to: Affine, [x, y]: Point, by: number): void {
    context.save();
    context.translate(x, y);
    context.scale(by, by);
    context.translate(-x, -y);
    context.transform(to.a, to.b, to.c, to.d, to.e, to.f);
    context.drawImage(this.source, 0, 0);
    context.restore();
  }

  private resized(): void {
    const canvas = this.image;
    if (canvas) {
      const ratio = window.devicePixelRatio || 1;
      canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
      canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    }
    this.set({});
  }

  private draw(): void {
    const context = this.image?.getContext("2d", { alpha: false });
    if (!context || !this.image) return;
    const ratio = window.devicePixelRatio || 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, this.image.width, this.image.height);
    const to = this.placing;
    if (!this.shown || !to || !this.state.window) return;
    this.prepare(this.shown, this.state.window);
    context.setTransform(to.a * ratio, to.b * ratio, to.c * ratio, to.d * ratio, to.e * ratio, to.f * ratio);
    context.imageSmoothingEnabled = Math.hypot(to.a, to.b) < 4;
    context.drawImage(this.source, 0, 0);
    this.lay(context, this.shown);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const painter of this.painters) painter(context, to, this);
    this.frames += 1;
  }

  private prepare(slice: Slice, window: Window): void {
    const { columns, rows, inverted } = slice.header;
    const negative = inverted !== this.state.inverted;
    const key = `${this.stack?.key} ${this.state.index} ${window.center} ${window.width} ${window.shape} ${negative}`;
    if (key === this.drawn && window.table === this.drawnBy && this.pixels?.width === columns) return;
    if (this.pixels?.width !== columns || this.pixels.height !== rows) {
      this.pixels = new ImageData(columns, rows);
      this.source.width = columns;
      this.source.height = rows;
    }
    render(slice, window, negative, new Uint32Array(this.pixels.data.buffer));
    this.source.getContext("2d", { willReadFrequently: true })?.putImageData(this.pixels, 0, 0);
    this.drawn = this.stack?.get(this.state.index) === slice ? key : "";
    this.drawnBy = window.table;
  }

  private lay(context: CanvasRenderingContext2D, slice: Slice): void {
    const over = this.overlay?.(slice);
    if (!over) return;
    if (over.key !== this.fusedKey) {
      this.fused.width = over.picture.width;
      this.fused.height = over.picture.height;
      this.fused.getContext("2d")?.putImageData(over.picture, 0, 0);
      this.fusedKey = over.key;
    }
    context.imageSmoothingEnabled = true;
    context.drawImage(this.fused, 0, 0, slice.header.columns, slice.header.rows);
  }
}
