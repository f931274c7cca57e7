/** What a job's events tell: lines of its log and curves of its trainings. */
export interface Told {
  /** The number of the last event. */
  last: number;
  lines: string[];
  curves: Curve[];
}

export interface Curve {
  reader: string;
  repeat: number;
  /** What was measured on the validation part. */
  name: string;
  /** Epoch and value, in the order of epochs. */
  points: [number, number][];
}

export const NOTHING_TOLD: Told = { last: 0, lines: [], curves: [] };

const MOST_LINES = 500;

/** What is known after one more event; an event that came before changes nothing. */
export function heard(told: Told, event: unknown): Told {
  if (typeof event !== "object" || event === null) return told;
  const facts = event as Record<string, unknown>;
  const n = Number(facts.n);
  if (!(n > told.last)) return told;
  const next = { ...told, last: n };
  if (facts.kind === "line") return { ...next, lines: [...told.lines, String(facts.text)].slice(-MOST_LINES) };
  if (facts.kind === "curve") return { ...next, curves: withPoint(told.curves, facts) };
  if (facts.kind === "history") return { ...next, curves: withHistory(told.curves, facts) };
  return next;
}

function withPoint(curves: readonly Curve[], facts: Record<string, unknown>): Curve[] {
  const { reader, repeat, name } = named(facts);
  const point: [number, number] = [Number(facts.epoch), Number(facts.value)];
  const known = curves.find((one) => same(one, reader, repeat, name));
  const points = [...(known?.points ?? []).filter(([epoch]) => epoch !== point[0]), point];
  points.sort((one, other) => one[0] - other[0]);
  return [...curves.filter((one) => one !== known), { reader, repeat, name, points }].sort(inOrder);
}

/** The whole curve of a training that ended takes the place of its points; only what was shown live is kept. */
function withHistory(curves: readonly Curve[], facts: Record<string, unknown>): Curve[] {
  const { reader, repeat } = named(facts);
  const rows = Array.isArray(facts.points) ? (facts.points as Record<string, number>[]) : [];
  const live = curves.find((one) => one.reader === reader)?.name;
  const measured = Object.keys(rows[0] ?? {}).filter((key) => key.startsWith("validation_"));
  const key = live && measured.includes(`validation_${live}`) ? `validation_${live}` : measured[0];
  if (!key) return [...curves];
  const points = rows.flatMap((row): [number, number][] =>
    typeof row.epoch === "number" && typeof row[key] === "number" ? [[row.epoch, row[key]]] : [],
  );
  const name = key.slice("validation_".length);
  const others = curves.filter((one) => one.reader !== reader || one.repeat !== repeat);
  return [...others, { reader, repeat, name, points }].sort(inOrder);
}

function named(facts: Record<string, unknown>): { reader: string; repeat: number; name: string } {
  return { reader: String(facts.reader), repeat: Number(facts.repeat), name: String(facts.name ?? "") };
}

const same = (one: Curve, reader: string, repeat: number, name: string): boolean =>
  one.reader === reader && one.repeat === repeat && one.name === name;

const inOrder = (one: Curve, other: Curve): number =>
  one.reader.localeCompare(other.reader) || one.repeat - other.repeat;
