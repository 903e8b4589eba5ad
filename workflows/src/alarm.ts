import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** Temporal takes 200 bytes. */
const LONGEST_SUMMARY = 190;

/** The one timer of an incident's life: rings at an instant, unless it is set to another before. */
export interface Alarm {
  /** Sets it to an instant, in milliseconds since the epoch; null: it does not ring. The summary is shown on the timer. */
  set(at: number | null, reason: string): void;
}

/**
 * A timer stands for as long as its instant does, whatever happens meanwhile: a history in which each message put off the same
 * wake would be twice as long, and hide what happened among timers.
 */
export function createAlarm(ring: () => void): Alarm {
  let current: { at: number; scope: CancellationScope } | undefined;
  return {
    set(at, reason) {
      if (current?.at === at) return;
      current?.scope.cancel();
      current = undefined;
      if (at === null) return;
      const mine = { at, scope: new CancellationScope() };
      current = mine;
      mine.scope
        .run(() => sleep(Math.max(at - Date.now(), 1), { summary: `wakes: ${reason}`.slice(0, LONGEST_SUMMARY) }))
        .then(() => {
          if (current === mine) current = undefined;
          ring();
        })
        .catch((error: unknown) => {
          if (!isCancellation(error)) throw error;
        });
    },
  };
}
