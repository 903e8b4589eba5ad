import type { Logger, Telemetry } from '@tocsin/platform';
import type { Background } from './background.ts';
import type { ChannelName } from './channel.ts';
import type { Facts } from './facts.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { ProviderPool } from './provider-pool.ts';
import type { RosterClient } from './reach.ts';
import type { Withdrawals } from './withdrawals.ts';

/** What delivering, withdrawing and receipts work with. Made once a service, in `notifier.ts`. */
export interface Kit {
  channel: ChannelName;
  log: Logger;
  telemetry: Telemetry;
  ledger: Ledger;
  withdrawals: Withdrawals;
  facts: Facts;
  pool: ProviderPool;
  roster: RosterClient;
  background: Background;
  providerTimeoutMs: number;
  /** Makes codes to answer with, on channels where a person types one. */
  newCode?: () => string;
}
