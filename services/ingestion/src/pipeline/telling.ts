import type { Collection } from 'mongodb';
import type { AlertRow } from '../store/collections.ts';

/** An alert that nobody decided on is told again after 10 s, then twice as long each time, up to 10 minutes. */
const AGAIN_AFTER_MS = 10_000;
const AGAIN_AT_MOST_MS = 600_000;
/** Most alerts are decided on within this time of their telling, and then nothing needs to be written down of it. */
const DECIDED_WITHIN_MS = 1_000;

/** Writes down that alerts were told, which moves on the instant from which a sweep tells them again. */
export interface Telling {
  /** Told for the first time, just now, by this process. */
  toldFresh(ids: string[]): void;
  /** Told by a sweep: the next must not find them at once. */
  toldAgain(ids: string[]): Promise<void>;
  decided(ids: string[]): void;
  stop(): Promise<void>;
}

export function createTelling(alerts: Collection<AlertRow>, failed: (err: unknown) => void): Telling {
  /** Alerts told and not decided on, so far as we know, with the instant of the telling: the oldest first. */
  const undecided = new Map<string, number>();
  let writing: Promise<void> | undefined;

  async function toldAgain(ids: string[]): Promise<void> {
    const pause = {
      $min: [AGAIN_AT_MOST_MS, { $multiply: [AGAIN_AFTER_MS, { $pow: [2, { $min: ['$told', 10] }] }] }],
    };
    await alerts.updateMany({ _id: { $in: ids }, decided: null }, [
      { $set: { told: { $add: ['$told', 1] }, tellAt: { $add: [new Date(), pause] } } },
    ]);
  }

  async function writeDown(before: number): Promise<void> {
    const ids: string[] = [];
    for (const [id, at] of undecided) {
      if (at > before) break;
      ids.push(id);
      undecided.delete(id);
    }
    if (ids.length > 0) await toldAgain(ids);
  }

  const timer = setInterval(() => {
    // What is not written down is told once more than need be, and decided on as before.
    writing ??= writeDown(Date.now() - DECIDED_WITHIN_MS)
      .catch(failed)
      .finally(() => {
        writing = undefined;
      });
  }, DECIDED_WITHIN_MS / 4);

  return {
    toldFresh(ids) {
      const now = Date.now();
      for (const id of ids) undecided.set(id, now);
    },
    toldAgain,
    decided(ids) {
      for (const id of ids) undecided.delete(id);
    },
    async stop() {
      clearInterval(timer);
      await writing;
    },
  };
}
