import { InvalidInput } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import { credentialHash } from '../../core/keys.ts';
import type { Collections, IntegrationRow } from '../../store/collections.ts';
import { changeIntegration, type Named } from './change-integration.ts';
import { newKey } from './new-key.ts';

const LONGEST_GRACE_MS = 30 * 24 * 3_600_000;

/**
 * Gives an integration a new key, said this once. The one that it had opens for `graceMs` more, so that its sender can be
 * changed in peace; one that was in its own grace opens no more.
 */
export async function rotateKey(
  client: MongoClient,
  collections: Collections,
  named: Named,
  graceMs: number,
): Promise<{ key: string; row: IntegrationRow }> {
  if (graceMs < 0 || graceMs > LONGEST_GRACE_MS) {
    throw new InvalidInput('is 0 to 30 days', { code: 'grace-out-of-range', field: 'grace_ms' });
  }
  const key = newKey();
  const row = await changeIntegration(client, collections, named, ({ keyHash }) => ({
    keyHash: credentialHash(key),
    ...(keyHash ? { previousKeyHash: keyHash, previousKeyUntil: new Date(Date.now() + graceMs) } : {}),
  }));
  return { key, row };
}
