import type { Header } from "./header";
import type { Pane } from "./pane";
import { measured } from "./pixels";
import { type Affine, apply, type Point } from "./view";

/** A distance that was measured on one image; it is not kept. */
export interface Measured {
  stack: string;
  index: number;
  from: Point;
  to: Point;
}

/** Millimetres between two points of an image, or pixels where it does not say how large they are. */
export function distance(header: Header, [x1, y1]: Point, [x2, y2]: Point): { value: number; unit: "mm" | "px" } {
  if (!header.spacing) return { value: Math.hypot(x2 - x1, y2 - y1), unit: "px" };
  return { value: Math.hypot((x2 - x1) * header.spacing[1], (y2 - y1) * header.spacing[0]), unit: "mm" };
}

/** What is under the pointer: Hounsfield units of CT, SUV of PET, else what the file measures. */
export function valueText(pane: Pane, point: Point | null): string {
  const slice = pane.slice;
  const value = slice && point ? measured(slice, point[0], point[1]) : null;
  if (!slice || value === null) return "";
  const { modality, suvPerUnit, units } = slice.header;
  if (modality === "PT" && suvPerUnit) return `SUV ${(value * suvPerUnit).toFixed(2)}`;
  if (modality === "CT") return `${Math.round(value)} HU`;
  return `${Number.isInteger(value) ? value : value.toFixed(2)} ${units}`.trim();
}

/** Lengths and the magnifier: drawn over the image, never part of a marking. */
export class Measures {
  lengths: Measured[] = [];
  /** Where the magnifier or the probe is, on the screen. */
  lens: { pane: Pane; at: Point; kind: "magnifier" | "probe" } | null = null;

  begin(pane: Pane, at: Point): void {
    this.lengths.push({ stack: pane.stack?.key ?? "", index: pane.state.index, from: at, to: at });
  }

  drag(at: Point): void {
    const last = this.lengths.at(-1);
    if (last) last.to = at;
  }

  /** A click alone measures nothing. */
  end(): void {
    const last = this.lengths.at(-1);
    if (last && Math.hypot(last.to[0] - last.from[0], last.to[1] - last.from[1]) < 0.5) this.lengths.pop();
  }

  paint(context: CanvasRenderingContext2D, to: Affine, pane: Pane): void {
    const slice = pane.slice;
    if (!slice) return;
    context.font = "13px system-ui, sans-serif";
    context.lineWidth = 1.5;
    for (const one of this.lengths) {
      if (one.stack !== pane.stack?.key || one.index !== pane.state.index) continue;
      const [x1, y1] = apply(to, one.from);
      const [x2, y2] = apply(to, one.to);
      context.strokeStyle = "#f0e442";
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
      const { value, unit } = distance(slice.header, one.from, one.to);
      written(context, `${value.toFixed(1)} ${unit}`, x2 + 8, y2 - 6);
    }
    if (this.lens?.pane === pane) this.paintLens(context, to, pane);
  }

  private paintLens(context: CanvasRenderingContext2D, to: Affine, pane: Pane): void {
    const lens = this.lens;
    if (!lens) return;
    const [x, y] = lens.at;
    if (lens.kind === "magnifier") {
      const radius = 90;
      context.save();
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.clip();
      pane.drawMagnified(context, to, lens.at, 2.5);
      context.restore();
      context.strokeStyle = "#e9e7e3";
      context.stroke();
    }
    written(context, valueText(pane, pane.imagePoint(lens.at)), x + 14, y - 10);
  }
}

/** Words that can be read on every grey. */
export function written(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.lineJoin = "round";
  context.strokeStyle = "#000";
  const width = context.lineWidth;
  context.lineWidth = 3;
  context.strokeText(text, x, y);
  context.lineWidth = width;
  context.fillStyle = "#fff";
  context.fillText(text, x, y);
}
