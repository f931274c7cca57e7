import type { Slice } from "./pixels";

/** Where one image of a series is: its DICOM file. */
export interface ImagePlace {
  url: string;
}

/** Images one behind the other. */
export interface Stack {
  key: string;
  count: number;
  /** The image if it is here already. */
  get(index: number): Slice | undefined;
  /** Fetch the image, and those around it afterwards. */
  want(index: number): Promise<Slice>;
  /** How many images are here. */
  loaded(): number;
  listen(listener: () => void): () => void;
}

const AT_ONCE = 4;
const BUDGET_BYTES = 700 * 2 ** 20;

const bytesOf = (slice: Slice): number => slice.stored.byteLength + (slice.colour?.byteLength ?? 0);

/** In which order images are fetched: the one that is seen, then its neighbours on both sides. */
export function nearestFirst(count: number, from: number): number[] {
  const order = [from];
  for (let step = 1; order.length < count; step += 1) {
    if (from + step < count) order.push(from + step);
    if (from - step >= 0) order.push(from - step);
  }
  return order;
}

/**
 * The images of a series. Those around the one that is seen are fetched ahead; where the memory that they may
 * take is used up, those farthest away are let go.
 */
export class SeriesStack implements Stack {
  readonly count: number;
  private readonly slices = new Map<number, Slice>();
  private readonly pending = new Map<number, Promise<Slice>>();
  private readonly listeners = new Set<() => void>();
  private readonly failed = new Map<number, unknown>();
  private bytes = 0;
  private current = 0;
  private closed = false;

  constructor(
    readonly key: string,
    readonly images: readonly ImagePlace[],
    private readonly load: (url: string) => Promise<Slice>,
    private readonly budget = BUDGET_BYTES,
  ) {
    this.count = images.length;
  }

  get(index: number): Slice | undefined {
    return this.slices.get(index);
  }

  loaded(): number {
    return this.slices.size;
  }

  /** Whether an image could not be fetched or decoded. */
  problem(index: number): unknown {
    return this.failed.get(index);
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Fetch no more images ahead. */
  close(): void {
    this.closed = true;
  }

  async want(index: number): Promise<Slice> {
    this.closed = false;
    this.current = index;
    const found = this.slices.get(index);
    if (found) {
      this.ahead();
      return found;
    }
    this.failed.delete(index);
    try {
      return await (this.pending.get(index) ?? this.fetch(index));
    } finally {
      this.ahead();
    }
  }

  private fetch(index: number): Promise<Slice> {
    const { url } = this.images[index] as ImagePlace;
    const promise = this.load(url).then(
      (slice) => {
        this.keep(index, slice);
        return slice;
      },
      (problem: unknown) => {
        this.failed.set(index, problem);
        this.tell();
        throw problem;
      },
    );
    this.pending.set(index, promise);
    promise.catch(() => undefined).finally(() => this.pending.delete(index));
    return promise;
  }

  private keep(index: number, slice: Slice): void {
    this.slices.set(index, slice);
    this.bytes += bytesOf(slice);
    while (this.bytes > this.budget && this.slices.size > 1) {
      const farthest = [...this.slices.keys()].reduce((one, other) =>
        this.away(other) > this.away(one) ? other : one,
      );
      if (farthest === this.current) break;
      this.bytes -= bytesOf(this.slices.get(farthest) as Slice);
      this.slices.delete(farthest);
    }
    this.tell();
  }

  private away = (index: number): number => Math.abs(index - this.current);

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private ahead(): void {
    if (this.closed) return;
    const average = this.slices.size ? this.bytes / this.slices.size : 0;
    const room = average ? Math.floor((this.budget * 0.9) / average) : this.count;
    for (const index of nearestFirst(this.count, this.current).slice(0, Math.max(1, room))) {
      if (this.pending.size >= AT_ONCE) return;
      if (this.slices.has(index) || this.pending.has(index) || this.failed.has(index)) continue;
      this.fetch(index).then(
        () => this.ahead(),
        () => this.ahead(),
      );
    }
  }
}
