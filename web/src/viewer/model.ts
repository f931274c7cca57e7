import { fusedOver } from "./fusion";
import type { Triple } from "./header";
import { loadSlice } from "./loading";
import { Measures } from "./measures";
import { Pane } from "./pane";
import type { Slice } from "./pixels";
import { cross, dot, inImage, inPatient, inVolume, minus, PlaneStack, type Volume, volumeOf } from "./planes";
import { type ImagePlace, SeriesStack, type Stack } from "./stack";

/** A series as the viewer is given it: where its images are, in their order. */
export interface ViewerSeries {
  key: string;
  label: string;
  modality: string;
  images: readonly ImagePlace[];
}

export type Layout = "one" | "two" | "planes";
export type ViewTool = "window" | "pan" | "zoom" | "scroll" | "length" | "probe" | "magnifier" | "crosshair";

export interface ModelState {
  layout: Layout;
  tool: ViewTool;
  /** The pane that keys and buttons work on. */
  active: number;
  linked: boolean;
  hidden: boolean;
  cine: boolean;
  /** The PET series that lies over the CT, and how much of it is seen. */
  fused: string | null;
  opacity: number;
  point: Triple | null;
  /** How many images of the planes' series are still to come; 0 when the planes are there. */
  waiting: number;
  problem: "" | "no volume";
  /** Which series each pane shows. */
  shown: readonly string[];
}

const PANES = 3;
const CINE_MS = 1000 / 15;

/** Panes side by side, what they show, and what they share. */
export class ViewerModel {
  readonly panes = Array.from({ length: PANES }, () => new Pane());
  readonly measures = new Measures();
  state: ModelState;
  private readonly stacks = new Map<string, SeriesStack>();
  private readonly volumes = new Map<string, Volume>();
  private readonly listeners = new Set<() => void>();
  private following = false;
  private cineTimer: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly series: readonly ViewerSeries[],
    load = loadSlice,
  ) {
    for (const { key, images } of series) this.stacks.set(key, new SeriesStack(key, images, load));
    const first = series[0]?.key ?? "";
    this.state = {
      layout: "one",
      tool: "window",
      active: 0,
      linked: true,
      hidden: false,
      cine: false,
      fused: null,
      opacity: 0.5,
      point: null,
      waiting: 0,
      problem: "",
      shown: [first, series[1]?.key ?? first, first],
    };
    this.panes.forEach((pane, place) => {
      pane.painters.add((context, to) => !this.state.hidden && this.measures.paint(context, to, pane));
      pane.painters.add((context, to) => this.paintPoint(context, to, pane));
      pane.listen(() => this.follow(place));
    });
    if (first) this.panes[0]?.show(this.stack(first));
  }

  listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): ModelState => this.state;

  set(change: Partial<ModelState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
    for (const pane of this.panes) pane.refresh();
  }

  stack(key: string): SeriesStack {
    return this.stacks.get(key) as SeriesStack;
  }

  get pane(): Pane {
    return this.panes[this.state.active] as Pane;
  }

  close(): void {
    clearInterval(this.cineTimer);
    for (const stack of this.stacks.values()) stack.close();
  }

  /** Show a series in a pane. */
  choose(key: string, place = this.state.active): void {
    this.panes[place]?.show(this.stack(key));
    this.set({ shown: this.state.shown.map((one, at) => (at === place ? key : one)) });
  }

  /** One image, two series side by side, or the three planes of a volume. */
  arrange(layout: Layout): void {
    const key = this.state.shown[0] as string;
    if (layout === "planes") return void this.arrangePlanes(key);
    const [first, second] = this.panes;
    if (first?.stack !== this.stack(key)) first?.show(this.stack(key));
    if (layout === "two") second?.show(this.stack(this.state.shown[1] ?? key));
    this.set({
      layout,
      active: 0,
      problem: "",
      point: null,
      tool: this.state.tool === "crosshair" ? "window" : this.state.tool,
    });
  }

  private async arrangePlanes(key: string): Promise<void> {
    const volume = await this.volume(key);
    if (!volume) return this.set({ problem: "no volume", waiting: 0 });
    const [first, second, third] = this.panes;
    if (first?.stack !== this.stack(key)) first?.show(this.stack(key));
    const window = first?.state.window ?? null;
    second?.show(new PlaneStack(`${key} row`, volume, "row"), Math.floor(volume.rows / 2));
    third?.show(new PlaneStack(`${key} column`, volume, "column"), Math.floor(volume.columns / 2));
    for (const pane of [second, third]) pane?.set({ window });
    this.set({ layout: "planes", active: 0, tool: "crosshair", problem: "", waiting: 0 });
    const header = first?.slice?.header;
    if (header) this.pointAt(inPatient(header, [header.columns / 2, header.rows / 2]));
  }

  /** The volume of a series, once all of its images are here. */
  async volume(key: string): Promise<Volume | null> {
    const known = this.volumes.get(key);
    if (known) return known;
    const stack = this.stack(key);
    const slices: Slice[] = [];
    for (let index = 0; index < stack.count; index += 1) {
      const found = stack.get(index) ?? (await stack.want(index).catch(() => null));
      if (!found) return null;
      slices.push(found);
      if (index % 20 === 0) this.set({ waiting: stack.count - index });
    }
    const volume = volumeOf(slices);
    if (volume) this.volumes.set(key, volume);
    this.set({ waiting: 0 });
    return volume;
  }

  /** Lay a PET series over the others, or take it away. */
  async fuse(key: string | null): Promise<void> {
    const volume = key && (await this.volume(key));
    if (key && !volume) return this.set({ problem: "no volume", fused: null });
    for (const pane of this.panes) pane.overlay = volume ? (slice) => this.over(slice, key, volume) : null;
    this.set({ fused: key, problem: "" });
  }

  private over(slice: Slice, key: string, volume: Volume) {
    const { header } = slice;
    if (header.modality === "PT" || this.state.hidden) return null;
    const one = (volume.slices[0] as Slice).header.suvPerUnit;
    const top = one ? 10 / one : Math.max(...volume.slices.map((at) => at.greatest * at.header.slope));
    const place = `${key} ${header.position?.join(" ")} ${header.rows} ${header.columns} ${this.state.opacity}`;
    const picture = fusedOver(header, volume, top, this.state.opacity);
    return picture && { key: place, picture };
  }

  /** Point at a place of the body: every other pane goes there. */
  pointAt(point: Triple | null): void {
    this.set({ point });
    if (!point) return;
    this.following = true;
    this.panes.slice(0, this.state.layout === "planes" ? PANES : 2).forEach((pane) => {
      const index = pane.stack && indexAt(pane.stack, point);
      if (index !== null && index !== undefined) pane.to(index);
    });
    this.following = false;
  }

  private paintPoint(
    context: CanvasRenderingContext2D,
    to: { a: number; b: number; c: number; d: number; e: number; f: number },
    pane: Pane,
  ): void {
    const header = pane.slice?.header;
    const at =
      this.state.layout === "planes" &&
      !this.state.hidden &&
      header &&
      this.state.point &&
      inImage(header, this.state.point);
    if (!at) return;
    const [x, y] = [to.a * at[0] + to.c * at[1] + to.e, to.b * at[0] + to.d * at[1] + to.f];
    context.strokeStyle = "#56b4e9";
    context.lineWidth = 1;
    context.beginPath();
    for (const [x1, y1, x2, y2] of [
      [0, y, x - 12, y],
      [x + 12, y, pane.size.width, y],
      [x, 0, x, y - 12],
      [x, y + 12, x, pane.size.height],
    ] as const) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.stroke();
  }

  /** Linked panes go where the active one is. */
  private follow(place: number): void {
    if (this.following || this.state.layout !== "two" || !this.state.linked || place !== this.state.active) return;
    const from = this.panes[place] as Pane;
    const other = this.panes[1 - place];
    if (!other?.stack || !from.stack || other.stack === from.stack) return;
    const header = from.slice?.header;
    const point = header && inPatient(header, [header.columns / 2, header.rows / 2]);
    const same = header?.frameOfReference === other.slice?.header.frameOfReference;
    const share = from.stack.count > 1 ? from.state.index / (from.stack.count - 1) : 0;
    const index = (point && same && indexAt(other.stack, point)) ?? Math.round(share * (other.stack.count - 1));
    this.following = true;
    other.to(index || 0);
    this.following = false;
  }

  toggleCine(): void {
    clearInterval(this.cineTimer);
    const cine = !this.state.cine;
    if (cine) {
      this.cineTimer = setInterval(() => {
        const { stack, state } = this.pane;
        const next = stack ? (state.index + 1) % stack.count : 0;
        if (stack?.get(next)) this.pane.to(next);
        else void stack?.want(next).catch(() => undefined);
      }, CINE_MS);
    }
    this.set({ cine });
  }
}

/** The image of a stack nearest to a point; null where the stack does not say where its images lie. */
export function indexAt(stack: Stack, point: Triple): number | null {
  if (stack instanceof PlaneStack) {
    const [x, y] = inVolume(stack.volume, point);
    return Math.min(stack.count - 1, Math.max(0, Math.round(stack.cut === "row" ? y : x)));
  }
  let best: number | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < stack.count; index += 1) {
    const header = stack.get(index)?.header;
    if (!header?.position || !header.orientation) continue;
    const away = Math.abs(dot(minus(point, header.position), cross(header.orientation[0], header.orientation[1])));
    if (away < nearest) [best, nearest] = [index, away];
  }
  return best;
}
