import type { Kind, Lesion, MarkEvent, Marked } from "./history";
import { replay, undoAndRedo } from "./history";
import type { Marking } from "./marking";
import type { Outbox } from "./outbox";
import { Saving, type SavingState, type Send } from "./saving";
import type { ImageSize } from "./shapes";

export interface SessionState {
  marked: Marked;
  chosen: string | null;
  saving: SavingState;
  /** What the server refused, and why. */
  refused: string;
  /** How many changes made here met a change of another window. */
  conflicts: number;
  /** The chosen lesion could not be filled between slices: it is drawn on none, on one, or on neighbours. */
  nothingBetween: boolean;
  canUndo: boolean;
  canRedo: boolean;
  revision: number;
}

type Change = { kind: Kind } & Partial<MarkEvent>;

/** A name that no other event, lesion or page has. */
export const newName = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * One person's work on one case: what was done is kept as events, what is marked is their replay. Everything is
 * shown at once, then kept on this machine, then brought to the server.
 */
export class MarkingSession {
  state: SessionState;
  readonly client = newName();
  readonly saving: Saving;
  private events: MarkEvent[];
  private readonly known: Set<string>;
  private readonly sizes = new Map<number, ImageSize>();
  private readonly listeners = new Set<() => void>();
  private last = 0;

  constructor(
    readonly marking: Marking,
    history: readonly MarkEvent[],
    box: Outbox,
    send: Send,
  ) {
    for (const { images } of marking.series)
      for (const { image, rows, columns } of images) this.sizes.set(image, { rows, columns });
    this.events = [...history];
    this.known = new Set(history.map(({ event }) => event));
    this.saving = new Saving(marking.marking, marking.revision, box, send, {
      state: () => this.set({ saving: this.saving.state }),
      missed: (events, before) => this.join(events, before[0]?.event),
      conflicts: (count) => this.set({ conflicts: this.state.conflicts + count }),
      refused: (event, sentence) => this.drop(event, sentence),
    });
    this.state = {
      marked: { lesions: [], label: "", comment: "" },
      chosen: null,
      saving: "saved",
      refused: "",
      conflicts: 0,
      nothingBetween: false,
      canUndo: false,
      canRedo: false,
      revision: marking.revision,
    };
    this.again();
  }

  /** Take up what this machine still holds from before, and send it. */
  async resume(): Promise<void> {
    this.join(await this.saving.waiting());
    await this.saving.flush();
  }

  listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): SessionState => this.state;

  sizeOf = (image: number): ImageSize => this.sizes.get(image) ?? { rows: 1, columns: 1 };

  get open(): boolean {
    return this.marking.state === "open";
  }

  set(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  /** The lesion that is chosen, if there is one. */
  get lesion(): Lesion | null {
    const { chosen, marked } = this.state;
    return marked.lesions.find(({ lesion, deleted }) => lesion === chosen && !deleted) ?? null;
  }

  choose(lesion: string | null): void {
    this.set({ chosen: lesion });
  }

  /** Do one thing: several changes are one step of undo. */
  does(...changes: Change[]): void {
    if (!this.open || changes.length === 0) return;
    const made = this.moment();
    if (this.state.nothingBetween) this.set({ nothingBetween: false });
    this.put(changes.map((change) => ({ ...change, event: newName(), made, client: this.client })));
  }

  undo(): void {
    this.turn("undone", undoAndRedo(this.events).undo?.toReversed());
  }

  redo(): void {
    this.turn("redone", undoAndRedo(this.events).redo);
  }

  close(): void {
    this.saving.close();
  }

  private turn(kind: "undone" | "redone", group: readonly MarkEvent[] | null | undefined): void {
    if (group) this.does(...group.map(({ event }) => ({ kind, target: event })));
  }

  /** The time, never twice the same: events of the same moment are one step. */
  private moment(): string {
    this.last = Math.max(Date.now(), this.last + 1);
    return new Date(this.last).toISOString();
  }

  private put(events: MarkEvent[]): void {
    this.join(events);
    this.saving.add(events);
  }

  /** Take up events; those of other pages stand before the first of ours that the server got after them. */
  private join(events: readonly MarkEvent[], before?: string): void {
    const fresh = events.filter(({ event }) => !this.known.has(event));
    for (const { event } of fresh) this.known.add(event);
    const at = this.events.findIndex(({ event }) => event === before);
    this.events.splice(at < 0 ? this.events.length : at, 0, ...fresh);
    this.again();
  }

  private drop(event: MarkEvent, sentence: string): void {
    this.events = this.events.filter((one) => one.event !== event.event);
    this.set({ refused: sentence });
    this.again();
  }

  private again(): void {
    const start = this.events.length ? [] : this.marking.lesions;
    const marked = replay(this.events, this.sizeOf, start);
    const { undo, redo } = undoAndRedo(this.events);
    this.set({ marked, canUndo: undo !== null, canRedo: redo !== null, revision: this.saving?.revision ?? 0 });
  }
}
