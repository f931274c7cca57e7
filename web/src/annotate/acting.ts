import { ApiProblem } from "../api/problem";
import type { Pane } from "../viewer/pane";
import type { ViewerModel } from "../viewer/Viewer";
import { annotation } from "./asking";
import type { Lesion } from "./history";
import type { MarkedSeries } from "./marking";
import type { MarkingSession } from "./session";

/** Copy the chosen lesion's shape to the next slice and go there; a shape that is there already stays. */
export function copyNext(session: MarkingSession, model: ViewerModel, imageOf: (pane: Pane) => number | null): void {
  const { lesion } = session;
  const image = imageOf(model.pane);
  const shape = image === null ? undefined : lesion?.shapes[image];
  if (!lesion || !shape) return;
  model.pane.to(model.pane.state.index + 1);
  const next = imageOf(model.pane);
  if (next === null || next === image || lesion.shapes[next]) return;
  session.does({ kind: "shape_copied", lesion: lesion.lesion, image: next, shape });
}

/** Places in a series between which a lesion is drawn on both sides and not between: pairs of image numbers. */
export function gaps(lesion: Lesion, series: readonly MarkedSeries[]): [number, number][] {
  return series.flatMap(({ images }) => {
    const drawn = images.flatMap(({ image }, place) => {
      const shape = lesion.shapes[image];
      return shape && shape.kind !== "line" ? [place] : [];
    });
    return drawn.slice(1).flatMap((place, before): [number, number][] => {
      const from = drawn[before] as number;
      return place - from > 1 ? [[images[from]?.image as number, images[place]?.image as number]] : [];
    });
  });
}

/** Fill every slice between two on which the chosen lesion is drawn; the server knows how. */
export async function fillBetween(session: MarkingSession): Promise<void> {
  const { lesion } = session;
  const between = lesion ? gaps(lesion, session.marking.series) : [];
  session.set({ nothingBetween: between.length === 0 });
  if (!lesion || between.length === 0) return;
  if (!(await session.saving.flush())) return;
  const filled = await Promise.all(
    between.map(([from, to]) => annotation.interpolate(session.marking.marking, lesion.lesion, from, to)),
  ).catch((raised: unknown) => {
    session.set({ refused: raised instanceof ApiProblem ? raised.sentence : "" });
    return [];
  });
  session.does(
    ...filled.flatMap(({ shapes }) =>
      Object.entries(shapes).map(([image, shape]) => ({
        kind: "shape_interpolated" as const,
        lesion: lesion.lesion,
        image: Number(image),
        shape,
      })),
    ),
  );
}
