import { describe, expect, it } from "vitest";
import { type MarkEvent, replay, undoAndRedo } from "./history";
import type { Marking } from "./marking";
import type { Outbox, Waiting } from "./outbox";
import { Saving } from "./saving";
import { MarkingSession } from "./session";

const box = { kind: "box" as const, x1: 0, y1: 0, x2: 4, y2: 4 };
let count = 0;
const event = (made: string, change: Partial<MarkEvent> & Pick<MarkEvent, "kind">): MarkEvent => {
  count += 1;
  return { event: `event-${count}`, made, ...change };
};
const size = () => ({ rows: 10, columns: 10 });

describe("history", () => {
  const first = [
    event("1", { kind: "lesion_created", lesion: "a", category: 2 }),
    event("1", { kind: "shape_drawn", lesion: "a", image: 0, shape: box }),
  ];
  const second = [event("2", { kind: "category_set", lesion: "a", category: 3 })];

  it("takes back what was made at one moment as one step, and brings it again", () => {
    const done = [...first, ...second];
    expect(undoAndRedo(done).undo).toEqual(second);
    const once = [...done, event("3", { kind: "undone", target: second[0]?.event as string })];
    expect(replay(once, size).lesions[0]?.category).toBe(2);
    expect(undoAndRedo(once).undo).toEqual(first);
    expect(undoAndRedo(once).redo).toEqual(second);
    const twice = [...once, ...first.toReversed().map((one) => event("4", { kind: "undone", target: one.event }))];
    expect(replay(twice, size).lesions).toEqual([]);
    expect(undoAndRedo(twice).undo).toBeNull();
    expect(undoAndRedo(twice).redo).toEqual(first);
    expect(undoAndRedo([...twice, event("5", { kind: "label_set", label: "benign" })]).redo).toBeNull();
  });

  it("joins lesions as the server does", () => {
    const done = [
      ...first,
      event("6", { kind: "lesion_created", lesion: "b" }),
      event("6", { kind: "shape_drawn", lesion: "b", image: 0, shape: { ...box, x1: 2, x2: 8 } }),
      event("7", { kind: "lesions_merged", lesion: "a", other: "b" }),
    ];
    const { lesions } = replay(done, size);
    expect(lesions.map(({ deleted }) => deleted)).toEqual([false, true]);
    expect(lesions[0]?.shapes["0"]).toEqual({ ...box, x2: 8 });
  });
});

function kept(): Outbox & { rows: Waiting[] } {
  const rows: Waiting[] = [];
  let order = 0;
  return {
    rows,
    add: async (marking, events) => void rows.push(...events.map((one) => ({ order: ++order, marking, event: one }))),
    of: async () => [...rows],
    remove: async (orders) =>
      void rows.splice(0, rows.length, ...rows.filter((row) => !orders.includes(row.order ?? 0))),
  };
}

describe("saving", () => {
  it("keeps what the server did not get, and sends it again in its order", async () => {
    const box = kept();
    const sent: string[] = [];
    let down = true;
    const saving = new Saving(
      1,
      0,
      box,
      async (_revision, events) => {
        if (down) throw { status: 0 };
        sent.push(...events.map((one) => one.event));
        return { revision: sent.length, missed: [], conflicts: [] };
      },
      { state: () => undefined, missed: () => undefined, conflicts: () => undefined, refused: () => undefined },
    );
    const events = [event("1", { kind: "label_set", label: "benign" }), event("2", { kind: "label_set", label: "" })];
    saving.add(events);
    await saving.flush();
    expect(saving.state).toBe("offline");
    expect(box.rows).toHaveLength(2);
    down = false;
    expect(await saving.flush()).toBe(true);
    expect(sent).toEqual(events.map((one) => one.event));
    expect([saving.state, box.rows.length, saving.revision]).toEqual(["saved", 0, 2]);
    saving.close();
  });

  it("gives up only the one change that the server refuses, and says so", async () => {
    const box = kept();
    const refused: string[] = [];
    const good = event("1", { kind: "label_set", label: "benign" });
    const bad = event("2", { kind: "shape_drawn", lesion: "x", image: 0 });
    const saving = new Saving(
      1,
      0,
      box,
      async (_revision, events) => {
        if (events.includes(bad)) throw { status: 422, sentence: "no" };
        return { revision: 1, missed: [], conflicts: [] };
      },
      {
        state: () => undefined,
        missed: () => undefined,
        conflicts: () => undefined,
        refused: (one, sentence) => refused.push(one.event, sentence),
      },
    );
    saving.add([good, bad]);
    expect(await saving.flush()).toBe(true);
    expect(refused).toEqual([bad.event, "no"]);
    expect(box.rows).toHaveLength(0);
    saving.close();
  });
});

describe("a second window", () => {
  const marking = {
    marking: 1,
    revision: 0,
    state: "open",
    lesions: [],
    series: [{ series: 0, modality: "DX", description: "", images: [{ image: 0, rows: 10, columns: 10 }] }],
  } as unknown as Marking;
  const history = [
    event("1", { kind: "lesion_created", lesion: "a" }),
    event("1", { kind: "shape_drawn", lesion: "a", image: 0, shape: box }),
  ];

  it("does not win over what is drawn here, and the conflict is told", async () => {
    const theirs = event("2", { kind: "shape_moved", lesion: "a", image: 0, shape: { ...box, x2: 9 } });
    const ours = { ...box, x2: 7 };
    const session = new MarkingSession(marking, history, kept(), async (_revision, events) => ({
      revision: 2,
      missed: [theirs],
      conflicts: events.map((one) => one.event),
    }));
    session.does({ kind: "shape_moved", lesion: "a", image: 0, shape: ours });
    expect(await session.saving.flush()).toBe(true);
    expect(session.state.marked.lesions[0]?.shapes["0"]).toEqual(ours);
    expect(session.state.conflicts).toBe(1);
    session.undo();
    expect(session.state.marked.lesions[0]?.shapes["0"]).toEqual(theirs.shape);
    session.close();
  });
});
