/** How messages are sent. */
export interface SendSettings {
  /** Between an attempt and the next. */
  retryDelaysMs: readonly number[];
  /** For one request with its answer. */
  timeoutMs: number;
  /** An attempt that is not settled after so long counts as lost, and comes again: longer than a request may take. */
  leaseMs: number;
  /** Requests to one receiver at once, of each replica: who is slow keeps these and no others. */
  concurrency: number;
  /** Requests to one receiver, of each replica: who comes back is not run over by what waited. */
  perSecond: number;
  /** How often what is due is looked for. */
  lookEveryMs: number;
}

export const SEND = { concurrency: 4, perSecond: 20, lookEveryMs: 1_000 } as const;
