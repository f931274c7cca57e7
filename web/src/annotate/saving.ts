import type { MarkEvent } from "./history";
import type { Outbox, Waiting } from "./outbox";

export type SavingState = "saved" | "saving" | "offline" | "refused";

export interface Answer {
  revision: number;
  missed: MarkEvent[];
  conflicts: string[];
}

/** How the server is asked to keep events; throws `{ status }`, 0 where it was not reached. */
export type Send = (revision: number, events: readonly MarkEvent[]) => Promise<Answer>;

const BATCH = 100;
const AGAIN_MS = 1500;

/**
 * Brings events to the server: first to the disk of this machine, then in batches, in their order, again and
 * again until the server has them. The server knows each by its name, so that one sent twice counts once.
 */
export class Saving {
  state: SavingState = "saved";
  sentence = "";
  private running: Promise<boolean> | null = null;
  private again: ReturnType<typeof setTimeout> | undefined;
  private wanted = false;
  private closed = false;
  private onDisk: Promise<unknown> = Promise.resolve();
  private memory: MarkEvent[] = [];

  constructor(
    private readonly marking: number,
    public revision: number,
    private readonly box: Outbox,
    private readonly send: Send,
    private readonly heard: {
      state: () => void;
      /** Other pages' events, which the server has before these of ours. */
      missed: (events: MarkEvent[], before: readonly MarkEvent[]) => void;
      /** How many of our events changed what another page had changed. */
      conflicts: (count: number) => void;
      refused: (event: MarkEvent, sentence: string) => void;
    },
  ) {}

  /** What waits on this machine from before. */
  async waiting(): Promise<MarkEvent[]> {
    return (await this.box.of(this.marking)).map(({ event }) => event);
  }

  add(events: readonly MarkEvent[]): void {
    this.memory.push(...events);
    this.say(this.state === "offline" ? "offline" : "saving");
    this.onDisk = this.onDisk
      .then(() => this.box.add(this.marking, events))
      .then(() => this.memory.splice(0, events.length))
      .catch(() => undefined);
    void this.onDisk.then(() => this.flush());
  }

  /** Send what waits. True when nothing is left. */
  flush(): Promise<boolean> {
    this.wanted = this.running !== null;
    this.running ??= this.untilNothingWaits().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** Whoever asks while all is being sent may have brought more. */
  private async untilNothingWaits(): Promise<boolean> {
    let done: boolean;
    do {
      this.wanted = false;
      done = await this.sendAll();
    } while (done && this.wanted);
    return done;
  }

  private async sendAll(): Promise<boolean> {
    clearTimeout(this.again);
    if (this.closed) return false;
    try {
      await this.onDisk;
      for (;;) {
        const waiting = await this.box.of(this.marking);
        if (waiting.length === 0 && this.memory.length === 0) break;
        const batch = waiting.length
          ? waiting.slice(0, BATCH)
          : this.memory.map((event) => ({ marking: this.marking, event }));
        this.say(this.state === "offline" ? "offline" : "saving");
        await this.sendBatch(batch);
        if (!waiting.length) this.memory.splice(0, batch.length);
      }
      this.say("saved");
      return true;
    } catch (problem) {
      this.failed(problem as { status?: number; sentence?: string });
      return false;
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.again);
  }

  private async sendBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const { revision, missed, conflicts } = await this.send(
        this.revision,
        batch.map(({ event }) => event),
      );
      this.revision = revision;
      if (missed.length)
        this.heard.missed(
          missed,
          batch.map(({ event }) => event),
        );
      if (conflicts.length) this.heard.conflicts(conflicts.length);
    } catch (problem) {
      const { status, sentence } = problem as { status?: number; sentence?: string };
      if (status !== 422) throw problem;
      const [first] = batch;
      if (batch.length > 1) {
        for (const one of batch) await this.sendBatch([one]);
        return;
      }
      if (first) this.heard.refused(first.event, sentence ?? "");
    }
    await this.box.remove(batch.flatMap(({ order }) => (order === undefined ? [] : [order])));
  }

  private failed({ status = 0, sentence = "" }: { status?: number; sentence?: string }): void {
    const refused = status !== 0 && status < 500 && status !== 401 && status !== 429;
    this.sentence = sentence;
    this.say(refused ? "refused" : "offline");
    if (!refused && !this.closed) this.again = setTimeout(() => void this.flush(), AGAIN_MS);
  }

  private say(state: SavingState): void {
    this.state = state;
    if (!this.closed) this.heard.state();
  }
}
