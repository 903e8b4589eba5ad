import { Conflict, inTransaction } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import { credentialHash } from '../../core/keys.ts';
import type { Collections, IntegrationRow } from '../../store/collections.ts';
import { parseIntegration } from '../parse-integrations.ts';
import { noteChange } from './change-integration.ts';
import { newKey } from './new-key.ts';

/**
 * A new integration and its key, which is said this once. An id whose integration was deleted may be used again. Throws
 * `InvalidInput` naming the field, and `Conflict` where the id is taken; who lost the answer rotates the key.
 */
export async function createIntegration(
  client: MongoClient,
  collections: Collections,
  organisationId: string,
  requested: unknown,
): Promise<{ key: string; row: IntegrationRow }> {
  const wanted = parseIntegration(organisationId, requested, 'integration.');
  const key = newKey();
  const row = await inTransaction(client, async (session) => {
    await noteChange(collections, session);
    const known = await collections.integrations.findOne({ _id: wanted._id }, { session });
    if (known && !known.disabled) {
      throw new Conflict('an integration has this id', { code: 'integration-exists', field: 'integration.id' });
    }
    const made = { ...wanted, keyHash: credentialHash(key), revision: (known?.revision ?? 0) + 1 };
    await collections.integrations.replaceOne({ _id: wanted._id }, made, { upsert: true, session });
    return made;
  });
  return { key, row };
}
