import type { Affine } from "../viewer/view";
import type { Drawing } from "./drawing";
import type { Lesion } from "./history";
import type { Category } from "./marking";
import { outline, rasterise, windowAround } from "./pixels";
import { boundsOf, boxBetween, type Point, type Shape } from "./shapes";

const paths = new WeakMap<Shape, Path2D>();

/** The lines of a shape in image coordinates; made once. */
export function pathOf(shape: Shape): Path2D {
  const known = paths.get(shape);
  if (known) return known;
  const path = new Path2D();
  if (shape.kind === "box") path.rect(shape.x1, shape.y1, shape.x2 - shape.x1, shape.y2 - shape.y1);
  else if (shape.kind === "line") trace(path, shape.points, false);
  else for (const ring of ringsOf(shape)) trace(path, ring, true);
  paths.set(shape, path);
  return path;
}

function ringsOf(shape: Exclude<Shape, { kind: "box" | "line" }>): readonly Point[][] {
  if (shape.kind !== "mask") return shape.rings;
  const size = { rows: shape.y + shape.height, columns: shape.x + shape.width };
  return outline(rasterise(shape, windowAround([shape], size)))?.rings ?? [];
}

function trace(path: Path2D, points: readonly Point[], closed: boolean): void {
  points.forEach(([x, y], place) => {
    if (place === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  if (closed) path.closePath();
}

export interface Ink {
  colour: string;
  width?: number;
  dash?: number[];
  fill?: boolean;
}

/** Draw a shape over the image, its line as wide at every zoom. */
export function paintShape(context: CanvasRenderingContext2D, to: Affine, shape: Shape, ink: Ink): void {
  const path = new Path2D();
  path.addPath(pathOf(shape), new DOMMatrix([to.a, to.b, to.c, to.d, to.e, to.f]));
  context.save();
  context.lineJoin = "round";
  if (ink.fill && shape.kind !== "line") {
    context.fillStyle = ink.colour;
    context.globalAlpha = 0.16;
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
  }
  context.setLineDash(ink.dash ?? []);
  context.strokeStyle = "#000";
  context.lineWidth = (ink.width ?? 2) + 1.5;
  context.globalAlpha = 0.5;
  context.stroke(path);
  context.globalAlpha = 1;
  context.strokeStyle = ink.colour;
  context.lineWidth = ink.width ?? 2;
  context.stroke(path);
  context.restore();
}

/** Draw the lesions of an image: proposals dashed, the chosen one filled, each with its number. */
export function paintLesions(
  context: CanvasRenderingContext2D,
  to: Affine,
  lesions: readonly Lesion[],
  image: number,
  look: { categories: readonly Category[]; chosen?: string | null; dash?: number[]; colour?: string; sign?: string },
): void {
  for (const lesion of lesions) {
    const shape = lesion.shapes[image];
    if (!shape || lesion.deleted || lesion.proposal?.state === "declined") continue;
    const waits = lesion.proposal?.state === "proposed";
    const chosen = lesion.lesion === look.chosen;
    const colour = look.colour ?? look.categories.find(({ id }) => id === lesion.category)?.colour ?? "#ffffff";
    const dash = look.dash ?? (waits ? [6, 5] : undefined);
    paintShape(context, to, shape, { colour, width: chosen ? 3 : 2, fill: chosen, ...(dash ? { dash } : {}) });
    const [x1, y1] = boundsOf(shape);
    context.font = "600 13px system-ui, sans-serif";
    context.strokeStyle = "#000";
    context.lineWidth = 3;
    const [x, y] = [to.a * x1 + to.c * y1 + to.e, to.b * x1 + to.d * y1 + to.f - 6];
    const said = `${look.sign ?? ""}${lesion.number}${waits ? " ?" : ""}`;
    context.strokeText(said, x, y);
    context.fillStyle = colour;
    context.fillText(said, x, y);
  }
}

/** Draw what is being drawn. */
export function paintDrawing(context: CanvasRenderingContext2D, to: Affine, drawing: Drawing, image: number): void {
  const { tool, mode, radius, category } = drawing.state;
  const { marking } = drawing.session;
  const taking = tool === "eraser" || mode === "subtract";
  const colour = taking ? "#ff8a5c" : (marking.categories.find(({ id }) => id === category)?.colour ?? "#ffffff");
  if (drawing.moving && drawing.image === image)
    paintShape(context, to, drawing.moving.shown, { colour, dash: [3, 3] });
  if (drawing.path.length && drawing.image === image) paintPath(context, to, drawing, colour);
  if ((tool === "brush" || tool === "eraser") && drawing.pointer) {
    const [x, y] = drawing.pointer;
    context.beginPath();
    context.arc(
      to.a * x + to.c * y + to.e,
      to.b * x + to.d * y + to.f,
      radius * Math.hypot(to.a, to.b),
      0,
      2 * Math.PI,
    );
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
  }
}

function paintPath(context: CanvasRenderingContext2D, to: Affine, { path, state }: Drawing, colour: string): void {
  const box = state.tool === "box" ? boxBetween(path[0] as Point, path[1] as Point) : null;
  const shape: Shape = { kind: "line", points: path };
  if (state.tool !== "brush" && state.tool !== "eraser") {
    paintShape(context, to, box ?? shape, { colour, fill: box !== null });
    return;
  }
  const traced = new Path2D();
  traced.addPath(pathOf(shape), new DOMMatrix([to.a, to.b, to.c, to.d, to.e, to.f]));
  context.save();
  context.globalAlpha = 0.4;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.lineWidth = 2 * state.radius * Math.hypot(to.a, to.b);
  context.stroke(traced);
  context.restore();
}
