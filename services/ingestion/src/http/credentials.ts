import { Forbidden, Unauthenticated, Unavailable } from '@tocsin/platform';
import type { Collection } from 'mongodb';
import type { Sender } from '../core/envelope.ts';
import { credentialHash } from '../core/keys.ts';
import type { Collections, IntegrationRow } from '../store/collections.ts';
import { within } from '../store/within.ts';

export interface CredentialsOptions {
  collections: Collections;
  /** How long a found integration is remembered; a change of any is noticed earlier, see `checkVersion`. */
  rememberMs?: number;
  /** How long an unknown key is: it may be configured the next moment. */
  rememberUnknownMs?: number;
}

interface Known {
  row: IntegrationRow | null;
  until: number;
}

const LOOK_UP_TIMEOUT_MS = 2_000;
/** Look-ups at once: who guesses keys does not take the store's connections from those who have one. */
const LOOK_UPS = 64;
const REMEMBERED = 10_000;

export type Credentials = ReturnType<typeof createCredentials>;

/** Knows who holds a key. What it cannot check now it refuses as `Unavailable`, never as wrong. */
export function createCredentials({ collections, rememberMs = 30_000, rememberUnknownMs = 2_000 }: CredentialsOptions) {
  const known = new Map<string, Known>();
  const asked = new Map<string, Promise<IntegrationRow | null>>();
  let version: number | undefined;
  let generation = 0;

  function forget(): void {
    known.clear();
    asked.clear();
    generation += 1;
  }

  function lookUp(keyHash: string): Promise<IntegrationRow | null> {
    const underWay = asked.get(keyHash);
    if (underWay) return underWay;
    if (asked.size >= LOOK_UPS) return Promise.reject(new Error('too many look-ups at once'));
    const begun = generation;
    const found = findRow(collections.integrations, keyHash).then(
      (row) => {
        if (begun !== generation) return row;
        asked.delete(keyHash);
        if (known.size >= REMEMBERED) known.clear();
        const until = Date.now() + (row ? rememberMs : rememberUnknownMs);
        // An old key opens no longer than its grace, whoever remembers it.
        const graceEnds = row && row.keyHash !== keyHash ? row.previousKeyUntil?.getTime() : undefined;
        known.set(keyHash, { row, until: Math.min(until, graceEnds ?? until) });
        return row;
      },
      (cause) => {
        if (begun === generation) asked.delete(keyHash);
        throw cause;
      },
    );
    asked.set(keyHash, found);
    return found;
  }

  return {
    /** The sender that holds a key. Throws `Unauthenticated`, `Forbidden`, and `Unavailable` where the store is away. */
    find(key: string): Sender | Promise<Sender> {
      const keyHash = credentialHash(key);
      const remembered = known.get(keyHash);
      if (remembered && remembered.until > Date.now()) return senderOf(remembered.row);
      return within(LOOK_UP_TIMEOUT_MS, lookUp(keyHash)).then(senderOf, (cause) => {
        throw unchecked(cause);
      });
    },
    forget,
    /** Forgets what it knows where integrations were changed since the last check, by whichever replica. */
    async checkVersion(): Promise<void> {
      const row = await collections.integrationsVersion.findOne({ _id: '#version' });
      const now = row?.version ?? 0;
      if (version !== undefined && now !== version) forget();
      version = now;
    },
  };
}

/**
 * A disabled integration keeps its key, which may have been given to another since: the enabled one comes first. A key that was
 * rotated opens until its grace ends.
 */
async function findRow(integrations: Collection<IntegrationRow>, keyHash: string): Promise<IntegrationRow | null> {
  const row = await integrations.findOne({ keyHash }, { sort: { disabled: 1 } });
  if (row && !row.disabled) return row;
  const rotated = { previousKeyHash: keyHash, previousKeyUntil: { $gt: new Date() }, disabled: false };
  return (await integrations.findOne(rotated)) ?? row;
}

function senderOf(row: IntegrationRow | null): Sender {
  if (!row) throw new Unauthenticated('the integration key is unknown', { code: 'key-unknown' });
  if (row.disabled) throw new Forbidden('the integration is disabled', { code: 'integration-disabled' });
  const { organisationId, id: integrationId, name, source, teamId, drill } = row;
  return { organisationId, integrationId, name, source, teamId, drill };
}

function unchecked(cause: unknown): Unavailable {
  return new Unavailable('the integration key cannot be checked now', {
    code: 'key-unchecked',
    retryAfterMs: 2_000,
    cause,
  });
}
