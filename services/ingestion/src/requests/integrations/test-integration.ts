import { NotFound, newId } from '@tocsin/platform';
import { idempotentEnvelopeId } from '../../core/keys.ts';
import { sources } from '../../sources/index.ts';
import type { Collections, EnvelopeRow } from '../../store/collections.ts';
import { envelopeRow } from '../../store/envelope-row.ts';

export interface TestDeps {
  collections: Collections;
  /** Stores an envelope for good and has it parsed, as a post does. */
  accept(envelope: EnvelopeRow): Promise<void>;
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
  const id = requestKey === undefined ? newId() : idempotentEnvelopeId(sender, `test ${requestKey}`);
  const { contentType, body } = source.testEvent(`tocsin-test-${id}`);
  await accept(envelopeRow({ id, sender, contentType, contentEncoding: '', body: Buffer.from(body) }));
  return { envelopeId: id };
}
