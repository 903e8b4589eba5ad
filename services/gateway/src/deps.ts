import type { Logger, NatsConnection } from '@tocsin/platform';
import type { Audit } from './audit/audit.ts';
import type { Keys } from './auth/keys.ts';
import type { Oidc } from './auth/oidc.ts';
import type { Passkeys } from './auth/passkeys.ts';
import type { Sessions } from './auth/sessions.ts';
import type { Standing } from './auth/standing.ts';
import type { Throttle } from './auth/throttle.ts';
import type { Tickets } from './auth/tickets.ts';
import type { Users } from './auth/users.ts';
import type { Directory } from './directory/directory.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { Collections } from './store/collections.ts';

/** What operations work with. */
export interface Deps {
  /** For asking the services that own what the API shows: `createClient(nc, services.roster)`. */
  nc: NatsConnection;
  collections: Collections;
  users: Users;
  sessions: Sessions;
  keys: Keys;
  tickets: Tickets;
  throttle: Throttle;
  passkeys: Passkeys;
  oidc: Oidc;
  audit: Audit;
  /** What people, teams and schedules are called. */
  directory: Directory;
  live: LiveFeed;
  standing: Standing;
  /** Where browsers find us. */
  publicUrl: URL;
  /** Where senders post, without a key; undefined where nobody said. */
  intakeUrl: string | undefined;
  /** What browsers subscribe to; undefined where there is no push. */
  vapidPublicKey: string | undefined;
  /** The API's document, as OpenAPI 3.1. */
  document: Record<string, unknown>;
  clock: () => number;
  log: Logger;
}
