import { NotFound, newId } from '@tocsin/platform';
import { Binary } from 'mongodb';
import { idempotencyHash } from '../../core/keys.ts';
import { sources } from '../../sources/index.ts';
import type { Collections, StoredEnvelope } from '../../store/collections.ts';

export interface TestDeps {
  collections: Collections;
  /** Stores an envelope for good and has it parsed, as a post does. Answers with its id. */
  accept(envelope: StoredEnvelope): Promise<string>;
}

/**
 * Sends an integration an event of its source's own form, marked as a drill: stored, parsed, told, decided on and paged like any
 * other. Each test is about a thing of its own, so none is a repeat of another; the same request key is the same test.
 */
export async function testIntegration(
  { collections, accept }: TestDeps,
  organisationId: string,
  integrationId: string,
  requestKey: string | undefined,
): Promise<{ envelopeId: string }> {
  const row = await collections.integrations.findOne({ _id: `${organisationId}/${integrationId}`, disabled: false });
  const source = sources.get(row?.source ?? '');
  if (!row || !source)
    throw new NotFound('there is no such integration', { code: 'integration-unknown', field: 'integration_id' });
  const sender = { organisationId, integrationId, name: row.name, source: row.source, teamId: row.teamId, drill: true };
  const { contentType, body } = source.testEvent(`tocsin-test-${newId()}`);
  const envelope = {
    sender,
    receivedAt: new Date(),
    contentType,
    contentEncoding: '',
    body: new Binary(Buffer.from(body)),
  };
  const idempotency = requestKey === undefined ? {} : { idempotency: idempotencyHash(sender, `test ${requestKey}`) };
  return { envelopeId: await accept({ ...envelope, ...idempotency }) };
}
