import { merged } from "./pixels";
import type { ImageSize, Shape } from "./shapes";

export interface Proposal {
  source: string;
  score: number | null;
  state: "proposed" | "accepted" | "declined";
}

export interface Lesion {
  lesion: string;
  number: number;
  category: number | null;
  /** By image, its number as text. */
  shapes: Record<string, Shape>;
  attributes: Record<string, string>;
  comment: string;
  deleted: boolean;
  proposal: Proposal | null;
}

export type Kind =
  | "lesion_created"
  | "shape_drawn"
  | "shape_moved"
  | "shape_merged"
  | "shape_subtracted"
  | "shape_interpolated"
  | "shape_copied"
  | "shape_deleted"
  | "lesions_merged"
  | "lesion_deleted"
  | "lesion_restored"
  | "category_set"
  | "attributes_set"
  | "comment_set"
  | "label_set"
  | "proposal_accepted"
  | "proposal_declined"
  | "undone"
  | "redone";

/** Something that was done to a marking, as the server keeps it. */
export interface MarkEvent {
  event: string;
  /** The page it came from; the program's own events, such as proposals, have a name of their own. */
  client?: string | null;
  made: string;
  kind: Kind;
  lesion?: string | null;
  image?: number | null;
  shape?: Shape | null;
  stroke?: Shape | null;
  other?: string | null;
  target?: string | null;
  category?: number | null;
  attributes?: Record<string, string> | null;
  comment?: string | null;
  label?: string | null;
  text?: string | null;
  proposal?: Proposal | null;
}

export interface Marked {
  lesions: Lesion[];
  label: string;
  comment: string;
}

const SEED = "seed";
const DRAWING: readonly Kind[] = [
  "shape_drawn",
  "shape_moved",
  "shape_merged",
  "shape_subtracted",
  "shape_interpolated",
  "shape_copied",
  "shape_deleted",
];

/** Which events do not count, because they were undone and not redone since. */
export function undoneEvents(events: readonly MarkEvent[]): Set<string> {
  const without = new Set<string>();
  for (const { kind, target } of events) {
    if (kind === "undone" && target) without.add(target);
    if (kind === "redone" && target) without.delete(target);
  }
  return without;
}

/** What is marked after all events, as the server replays them. */
export function replay(
  events: readonly MarkEvent[],
  sizeOf: (image: number) => ImageSize,
  start: readonly Lesion[] = [],
): Marked {
  const without = undoneEvents(events);
  const lesions = new Map(start.map((one) => [one.lesion, one]));
  const numbers = new Map(start.map((one) => [one.lesion, one.number]));
  let [label, comment] = ["", ""];
  for (const event of events) {
    const id = event.lesion ?? "";
    if (event.kind === "lesion_created" && !numbers.has(id)) numbers.set(id, numbers.size + 1);
    if (without.has(event.event)) continue;
    if (event.kind === "label_set") label = event.label ?? event.text ?? "";
    else if (event.kind === "comment_set" && !id) comment = event.comment ?? event.text ?? "";
    else if (event.kind === "lesion_created" && !lesions.has(id)) lesions.set(id, created(event, numbers.get(id) ?? 1));
    else applied(lesions, event, sizeOf);
  }
  return { lesions: [...lesions.values()].sort((one, other) => one.number - other.number), label, comment };
}

function created(event: MarkEvent, place: number): Lesion {
  return {
    lesion: event.lesion ?? "",
    number: place,
    category: event.category ?? null,
    shapes: {},
    attributes: { ...event.attributes },
    comment: event.comment ?? event.text ?? "",
    deleted: false,
    proposal: event.proposal ?? null,
  };
}

function applied(lesions: Map<string, Lesion>, event: MarkEvent, sizeOf: (image: number) => ImageSize): void {
  const one = lesions.get(event.lesion ?? "");
  if (!one) return;
  const put = (change: Partial<Lesion>): void => void lesions.set(one.lesion, { ...one, ...change });
  if (DRAWING.includes(event.kind)) {
    const { [String(event.image)]: _gone, ...shapes } = one.shapes;
    if (event.shape && event.kind !== "shape_deleted") shapes[String(event.image)] = event.shape;
    put({ shapes });
  } else if (event.kind === "lesions_merged") {
    const other = lesions.get(event.other ?? "");
    if (!other || other.deleted) return;
    put({ shapes: joined(one.shapes, other.shapes, sizeOf) });
    lesions.set(other.lesion, { ...other, deleted: true });
  } else if (event.kind === "lesion_deleted") put({ deleted: true });
  else if (event.kind === "lesion_restored") put({ deleted: false });
  else if (event.kind === "category_set") put({ category: event.category ?? null });
  else if (event.kind === "attributes_set") put({ attributes: { ...event.attributes } });
  else if (event.kind === "comment_set") put({ comment: event.comment ?? event.text ?? "" });
  else if (one.proposal && event.kind === "proposal_accepted")
    put({ proposal: { ...one.proposal, state: "accepted" } });
  else if (one.proposal && event.kind === "proposal_declined")
    put({ proposal: { ...one.proposal, state: "declined" } });
}

function joined(one: Record<string, Shape>, other: Record<string, Shape>, sizeOf: (image: number) => ImageSize) {
  const shapes = { ...one };
  for (const [image, shape] of Object.entries(other)) {
    const known = shapes[image];
    const made = known ? together(known, shape, sizeOf(Number(image))) : shape;
    if (made) shapes[image] = made;
  }
  return shapes;
}

function together(one: Shape, other: Shape, size: ImageSize): Shape | null {
  if (one.kind === "line" && other.kind === "line") return { kind: "line", points: [...one.points, ...other.points] };
  return one.kind === "line" || other.kind === "line" ? one : merged(one, other, size);
}

/** What belongs together, newest last: events that were made at the same moment are one step of undo. */
export function steps(events: readonly MarkEvent[]): MarkEvent[][] {
  const groups: MarkEvent[][] = [];
  for (const event of events) {
    if (event.kind === "undone" || event.kind === "redone" || event.client === SEED) continue;
    const last = groups.at(-1);
    if (last?.[0]?.made === event.made) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

/** The step that undo takes back next, and the one that redo brings again, as long as nothing new was done since. */
export function undoAndRedo(events: readonly MarkEvent[]): { undo: MarkEvent[] | null; redo: MarkEvent[] | null } {
  const without = undoneEvents(events);
  const groups = steps(events);
  const undo = groups.findLast((group) => group.some(({ event }) => !without.has(event))) ?? null;
  let waiting: string[] = [];
  for (const { kind, target } of events) {
    if (kind === "undone") waiting.push(target ?? "");
    else if (kind === "redone") waiting = waiting.filter((one) => one !== target);
    else waiting = [];
  }
  const last = waiting.at(-1);
  const redo = groups.find((group) => group.some(({ event }) => event === last)) ?? null;
  return { undo, redo };
}
