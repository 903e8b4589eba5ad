import { Conflict, inTransaction, NotFound } from '@tocsin/platform';
import type { ClientSession, MongoClient } from 'mongodb';
import type { Collections, IntegrationRow } from '../../store/collections.ts';

export interface Named {
  organisationId: string;
  integrationId: string;
  /** As it was read; 0: whatever it is now. */
  expectedRevision: bigint;
}

/** Raises the version that each replica watches, in the change's own transaction: first, so that two changes meet here. */
export async function noteChange({ integrationsVersion }: Collections, session: ClientSession): Promise<void> {
  await integrationsVersion.updateOne({ _id: '#version' }, { $inc: { version: 1 } }, { upsert: true, session });
}

/**
 * Changes one integration as it is now. Throws `NotFound` where there is none that is enabled, and `Conflict` where somebody
 * changed it since it was read.
 */
export function changeIntegration(
  client: MongoClient,
  collections: Collections,
  { organisationId, integrationId, expectedRevision }: Named,
  change: (row: IntegrationRow) => Partial<IntegrationRow>,
): Promise<IntegrationRow> {
  const _id = `${organisationId}/${integrationId}`;
  return inTransaction(client, async (session) => {
    await noteChange(collections, session);
    const row = await collections.integrations.findOne({ _id, disabled: false }, { session });
    if (!row)
      throw new NotFound('there is no such integration', { code: 'integration-unknown', field: 'integration_id' });
    const { revision = 0 } = row;
    if (expectedRevision !== 0n && expectedRevision !== BigInt(revision)) {
      throw new Conflict('somebody changed it since', { code: 'revision-changed', field: 'expected_revision' });
    }
    const changed = { ...row, ...change(row), revision: revision + 1 };
    await collections.integrations.replaceOne({ _id }, changed, { session });
    return changed;
  });
}
