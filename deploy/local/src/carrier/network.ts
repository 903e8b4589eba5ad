import type { Call } from './calls/call.ts';
import type { LiveCall } from './calls/live-call.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Handset } from './handset.ts';
import type { Ledger } from './ledger.ts';
import type { Message } from './messages/message.ts';
import type { Account, CarrierConfig, CarrierLog } from './options.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** What the API, the lives of messages and calls, the phones and the wall share. */
export interface Network {
  readonly config: CarrierConfig;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly messages: Ledger<Message>;
  readonly calls: Ledger<Call>;
  /** Calls that have not ended. */
  readonly live: Map<string, LiveCall>;
  readonly log: CarrierLog;
  /** The person's phone, made when first spoken of. */
  handset(id: string): Handset;
  /** Something that the phone's owner can see has changed. */
  changed(id: string): void;
  /** Notes what a correct client would never do; tests fail on it. */
  unexpected(what: string): void;
}
