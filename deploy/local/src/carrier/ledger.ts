/** What the ledger must know of a message or a call: its identifier, and the person's number that it is about. */
export interface Entry {
  readonly sid: string;
  readonly handset: string;
}

/** Messages or calls by sid and by the person's number, oldest first, of which only the newest are kept. */
export interface Ledger<T extends Entry> {
  add(entry: T): void;
  get(sid: string): T | undefined;
  of(handset: string): readonly T[];
  /** Newest first: of one person's number, or of all. */
  newestFirst(handset?: string): Generator<T>;
}

export function createLedger<T extends Entry>(limit: number): Ledger<T> {
  const bySid = new Map<string, T>();
  const byHandset = new Map<string, T[]>();
  const all: T[] = [];

  function forget(entries: T[]): void {
    const forgotten = new Map<string, number>();
    for (const { sid, handset } of entries) {
      bySid.delete(sid);
      forgotten.set(handset, (forgotten.get(handset) ?? 0) + 1);
    }
    for (const [handset, count] of forgotten) {
      const own = byHandset.get(handset);
      own?.splice(0, count);
      if (own?.length === 0) byHandset.delete(handset);
    }
  }

  return {
    add(entry) {
      all.push(entry);
      bySid.set(entry.sid, entry);
      const own = byHandset.get(entry.handset);
      if (own) own.push(entry);
      else byHandset.set(entry.handset, [entry]);
      if (all.length > limit * 1.25) forget(all.splice(0, all.length - limit));
    },
    get: (sid) => bySid.get(sid),
    of: (handset) => byHandset.get(handset) ?? [],
    *newestFirst(handset) {
      const entries = handset === undefined ? all : (byHandset.get(handset) ?? []);
      for (let index = entries.length - 1; index >= 0; index -= 1) yield entries[index] as T;
    },
  };
}
