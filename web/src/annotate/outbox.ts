import type { MarkEvent } from "./history";

/** An event that waits for the server, in the order in which it was made. */
export interface Waiting {
  order?: number;
  marking: number;
  event: MarkEvent;
}

const NAME = "hilum-annotation";
const STORE = "events";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const store = asked.result.createObjectStore(STORE, { keyPath: "order", autoIncrement: true });
      store.createIndex("marking", "marking");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

let database: Promise<IDBDatabase> | null = null;

async function within<Result>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Result> | null,
): Promise<Result | undefined> {
  database ??= opened();
  const transaction = (await database).transaction(STORE, mode);
  const asked = work(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

/** Events on the disk of this machine, before the server has them: a refresh or a crash loses none. */
export const outbox = {
  async add(marking: number, events: readonly MarkEvent[]): Promise<void> {
    await within("readwrite", (store) => {
      for (const event of events) store.add({ marking, event } satisfies Waiting);
      return null;
    });
  },
  async of(marking: number): Promise<Waiting[]> {
    return (await within("readonly", (store) => store.index("marking").getAll(marking))) ?? [];
  },
  async remove(orders: readonly number[]): Promise<void> {
    await within("readwrite", (store) => {
      for (const order of orders) store.delete(order);
      return null;
    });
  },
};

export type Outbox = typeof outbox;
