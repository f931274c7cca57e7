import type { Pane } from "../viewer/pane";
import type { Gesture } from "../viewer/pointing";
import type { Lesion } from "./history";
import { merged, painted, subtracted } from "./pixels";
import { type MarkingSession, newName } from "./session";
import { type Box, boundsOf, boxBetween, inside, movedBy, type Point, type Shape, simplified } from "./shapes";

export type DrawTool = "choose" | "line" | "polygon" | "box" | "brush" | "eraser";
export type Mode = "new" | "add" | "subtract";

export interface DrawState {
  tool: DrawTool | null;
  mode: Mode;
  /** Of brush and eraser, in pixels of the image. */
  radius: number;
  category: number | null;
}

const CLOSE_PIXELS = 9;

/** What a person draws with the pointer, until it is finished and becomes events. */
export class Drawing {
  state: DrawState;
  /** The path that is being drawn, in image coordinates; the last point follows the pointer. */
  path: Point[] = [];
  /** The shape that is being moved or resized. */
  moving: { lesion: Lesion; shape: Shape; start: Point; corner: readonly [0 | 1, 0 | 1] | null; shown: Shape } | null =
    null;
  image: number | null = null;
  pointer: Point | null = null;
  private pressed = false;
  private corners = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly session: MarkingSession,
    tool: DrawTool,
    /** The number of the image that a pane shows; null where nothing can be drawn. */
    private readonly imageOf: (pane: Pane) => number | null,
    private readonly refresh: () => void,
  ) {
    this.state = { tool, mode: "new", radius: 6, category: session.marking.categories[0]?.id ?? null };
  }

  listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): DrawState => this.state;

  set(change: Partial<DrawState>): void {
    if (change.tool !== undefined && change.tool !== this.state.tool) this.stop();
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
    this.refresh();
  }

  /** Leave what is being drawn. */
  stop(): void {
    this.path = [];
    this.moving = null;
    this.corners = false;
    this.pressed = false;
    this.refresh();
  }

  get busy(): boolean {
    return this.path.length > 0 || this.moving !== null;
  }

  readonly gesture: Gesture = {
    down: (at, event, pane) => this.down(at, event, pane),
    move: (at, _event, pane) => this.move(at, pane),
    up: (at, _event, pane) => this.up(at, pane),
    cancel: () => this.stop(),
  };

  private down(point: Point, event: PointerEvent, pane: Pane): void {
    const image = this.imageOf(pane);
    const { tool } = this.state;
    if (image === null || !tool || !this.session.open) return;
    if (this.image !== image) this.stop();
    this.image = image;
    const at = inside(point, this.session.sizeOf(image));
    this.pressed = true;
    if (tool === "choose") {
      this.take(at, pane);
      return;
    }
    if (tool === "polygon" && this.corners) {
      const nearStart = this.onScreen(pane, at, this.path[0] as Point) < CLOSE_PIXELS;
      if (nearStart || event.detail > 1) this.finish();
      else {
        this.path.push(at);
        this.refresh();
      }
      return;
    }
    this.path = [at, at];
  }

  private move(point: Point, pane: Pane): void {
    const image = this.imageOf(pane);
    if (image === null) return;
    const at = inside(point, this.session.sizeOf(image));
    this.pointer = at;
    if (this.moving) {
      const { shape, start, corner } = this.moving;
      const size = this.session.sizeOf(image);
      this.moving.shown = corner
        ? resized(shape as Box, corner, at)
        : movedBy(shape, [at[0] - start[0], at[1] - start[1]], size);
    } else if (this.path.length && this.image === image) this.extend(at);
    this.refresh();
  }

  private extend(at: Point): void {
    const { tool } = this.state;
    if (tool === "box") this.path[1] = at;
    else if (tool === "polygon" && this.corners) this.path[this.path.length - 1] = at;
    else if (this.pressed) {
      const last = this.path.at(-1) as Point;
      if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= 0.3) this.path.push(at);
    }
  }

  private up(point: Point, pane: Pane): void {
    if (!this.pressed) return;
    this.pressed = false;
    if (this.moving) {
      this.dropped();
      return;
    }
    if (!this.path.length || this.image === null) return;
    const at = inside(point, this.session.sizeOf(this.image));
    const { tool } = this.state;
    if (tool === "polygon") {
      if (this.corners) return;
      const far = Math.max(...this.path.map((one) => this.onScreen(pane, one, this.path[0] as Point)));
      if (far < CLOSE_PIXELS) {
        this.corners = true;
        this.path = [this.path[0] as Point, at];
        this.refresh();
        return;
      }
    }
    if (tool === "box") this.path[1] = at;
    this.finish();
  }

  /** Close what is being drawn: a double click, the first point again, or Enter. */
  finish(): void {
    const [image, path, corners] = [this.image, this.path, this.corners];
    const { tool } = this.state;
    this.path = [];
    this.corners = false;
    this.pressed = false;
    const shape = image === null ? null : this.shapeOf(path, tool, corners, image);
    if (shape && image !== null) this.drawn(shape, image);
    this.refresh();
  }

  private shapeOf(path: Point[], tool: DrawTool | null, corners: boolean, image: number): Shape | null {
    const size = this.session.sizeOf(image);
    if (tool === "box") return boxBetween(path[0] as Point, path[1] as Point);
    if (tool === "brush" || tool === "eraser") return painted(path, this.state.radius, size);
    if (tool === "line") {
      const points = simplified(path, 0.3);
      const [x1, y1, x2, y2] = boundsOf({ kind: "line", points });
      return x2 - x1 + y2 - y1 < 1 ? null : { kind: "line", points };
    }
    if (tool !== "polygon") return null;
    const ring = corners ? distinct(path.slice(0, -1)) : simplified([...path, path[0] as Point], 0.2).slice(0, -1);
    return ring.length < 3 ? null : { kind: corners ? "polygon" : "freehand", rings: [ring] };
  }

  private drawn(stroke: Shape, image: number): void {
    const { session, state } = this;
    const chosen = session.lesion;
    const known = chosen?.shapes[image];
    const taking = state.tool === "eraser" || state.mode === "subtract";
    const adding = state.tool === "brush" || state.mode === "add";
    if (taking) {
      this.takeAway(stroke, image);
      return;
    }
    const place = { image, lesion: chosen?.lesion ?? "" };
    if (adding && chosen && known && known.kind !== "line" && stroke.kind !== "line") {
      const shape = merged(known, stroke, session.sizeOf(image));
      if (shape) session.does({ kind: "shape_merged", ...place, shape, stroke });
    } else if (adding && chosen && !known) session.does({ kind: "shape_drawn", ...place, shape: stroke });
    else if (chosen && !known && this.continues(chosen)) session.does({ kind: "shape_drawn", ...place, shape: stroke });
    else this.begin(stroke, image);
  }

  /** A lesion that was drawn on other slices goes on here, unless it is a film with one image. */
  private continues(lesion: Lesion): boolean {
    return Object.keys(lesion.shapes).length > 0 && this.session.marking.dataset !== "XRY";
  }

  private begin(shape: Shape, image: number): void {
    const lesion = newName();
    this.session.does(
      { kind: "lesion_created", lesion, category: this.state.category },
      { kind: "shape_drawn", lesion, image, shape },
    );
    this.session.choose(lesion);
  }

  /** Take the stroke away from the chosen lesion, or from whichever it touches. */
  private takeAway(stroke: Shape, image: number): void {
    const { session } = this;
    const chosen = session.lesion;
    const all = chosen?.shapes[image] ? [chosen] : session.state.marked.lesions.filter(({ deleted }) => !deleted);
    for (const one of all) {
      const known = one.shapes[image];
      if (!known || known.kind === "line" || stroke.kind === "line") continue;
      const shape = subtracted(known, stroke, session.sizeOf(image));
      if (JSON.stringify(shape) === JSON.stringify(known)) continue;
      session.does({ kind: "shape_subtracted", lesion: one.lesion, image, shape, stroke });
      return;
    }
  }

  private take(at: Point, pane: Pane): void {
    const image = this.image as number;
    const found = lesionAt(this.session, image, at, CLOSE_PIXELS * this.pixel(pane));
    this.session.choose(found?.lesion ?? null);
    const shape = found?.shapes[image];
    if (!found || !shape) return;
    const near = CLOSE_PIXELS * this.pixel(pane);
    const corner = shape.kind === "box" ? cornerAt(shape, at, near) : null;
    this.moving = { lesion: found, shape, start: at, corner, shown: shape };
  }

  private dropped(): void {
    const moved = this.moving;
    this.moving = null;
    if (moved && this.image !== null && JSON.stringify(moved.shown) !== JSON.stringify(moved.shape))
      this.session.does({ kind: "shape_moved", lesion: moved.lesion.lesion, image: this.image, shape: moved.shown });
    this.refresh();
  }

  /** How many pixels of the image one of the screen is. */
  private pixel(pane: Pane): number {
    const to = pane.placing;
    return to ? 1 / Math.hypot(to.a, to.b) : 1;
  }

  private onScreen(pane: Pane, one: Point, other: Point): number {
    return Math.hypot(one[0] - other[0], one[1] - other[1]) / this.pixel(pane);
  }
}

const distinct = (points: readonly Point[]): Point[] =>
  points.filter(
    ([x, y], place) =>
      place === 0 || Math.hypot(x - (points[place - 1] as Point)[0], y - (points[place - 1] as Point)[1]) > 0.05,
  );

function cornerAt(box: Box, [x, y]: Point, near: number): readonly [0 | 1, 0 | 1] | null {
  for (const right of [0, 1] as const)
    for (const low of [0, 1] as const)
      if (Math.hypot(x - (right ? box.x2 : box.x1), y - (low ? box.y2 : box.y1)) < near) return [right, low];
  return null;
}

function resized(box: Box, [right, low]: readonly [0 | 1, 0 | 1], at: Point): Shape {
  return boxBetween(at, [right ? box.x1 : box.x2, low ? box.y1 : box.y2]) ?? box;
}

/** The lesion whose bounds hold a point; of several the smallest. */
export function lesionAt(session: MarkingSession, image: number, [x, y]: Point, near: number): Lesion | null {
  const size = (lesion: Lesion): number => {
    const [x1, y1, x2, y2] = boundsOf(lesion.shapes[image] as Shape);
    return (x2 - x1) * (y2 - y1);
  };
  const holding = session.state.marked.lesions.filter((lesion) => {
    const shape = lesion.shapes[image];
    if (!shape || lesion.deleted || lesion.proposal?.state === "declined") return false;
    const [x1, y1, x2, y2] = boundsOf(shape);
    return x >= x1 - near && x <= x2 + near && y >= y1 - near && y <= y2 + near;
  });
  return holding.sort((one, other) => size(one) - size(other))[0] ?? null;
}
