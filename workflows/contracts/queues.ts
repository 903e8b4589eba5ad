/** Workflows, look-ups and writes. Activities of this queue begin with the task that plans them. */
export const INCIDENTS_QUEUE = 'incidents';

/**
 * A step of an incident's plan that its worker does not finish in this time is given to another, in milliseconds. That is what a
 * worker that died in the middle costs, and one that ends as it should in a bad moment: what is on its way to it then is lost
 * (Temporal's SDK drops its open questions). A step takes some tens of milliseconds.
 */
export const TASK_TIMEOUT_MS = 4_000;

/** Channels with a notifier. Each has a queue of its own: a slow one can never hold up another. */
export const PAGE_CHANNELS = ['sms', 'voice', 'push', 'chat'] as const;

export function pageQueue(channel: string): string {
  return `page-${channel}`;
}

/**
 * Times nest: provider < request < activity < layer. Milliseconds.
 *
 * - page: one attempt ends by itself after its budget with what it has, so that the plan always knows; a lost worker is noticed
 *   by its heartbeat. While `incidents` gives no words it is asked again for `wordsPatience`; then generic words go.
 * - look up: the plan itself gives up on a silent roster after 10 s, so asking goes on, fast, for as long as it is wanted.
 * - persist: goes on until it is stored; pages never wait for it.
 */
export const ACTIVITY_TIMES = {
  page: {
    budget: 8_000,
    startToClose: 15_000,
    heartbeat: 4_000,
    beat: 1_000,
    request: 7_500,
    words: 1_000,
    wordsPatience: 5_000,
    retryFrom: 200,
    retryTo: 2_000,
  },
  lookUp: { startToClose: 4_000, request: 1_500, retryFrom: 200, retryTo: 2_000 },
  persist: { startToClose: 10_000, request: 4_000, withdraw: 2_000, retryFrom: 200, retryTo: 5_000 },
} as const;
