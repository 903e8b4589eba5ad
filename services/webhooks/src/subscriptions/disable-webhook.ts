import { factRow, facts, inTransaction, type Logger, timestamp } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import { DISABLED_TYPE } from '../core/catalogue.ts';
import { createMessage } from '../core/message.ts';
import type { Collections, WebhookRow } from '../store/collections.ts';
import { deliveryRow } from '../store/deliveries.ts';

export interface DisableDeps {
  client: MongoClient;
  collections: Collections;
  log: Logger;
  /** A fact was stored. */
  nudgeTeller(): void;
}

/**
 * Disables a webhook that nobody wants to be sent to, once, and gives notice: as a fact, from which the audit is written, and to
 * the organisation's other webhooks.
 */
export async function disableWebhook(
  { client, collections, log, nudgeTeller }: DisableDeps,
  { _id, organisationId, name, generation }: WebhookRow,
  because: 'failing' | 'gone',
): Promise<void> {
  const at = new Date();
  const about = `${_id}/${generation}/disabled`;
  const disabled = await inTransaction(client, async (session) => {
    const { modifiedCount } = await collections.webhooks.updateOne(
      { _id, enabled: true, generation },
      { $set: { enabled: false, disabledBecause: because, disabledAt: at }, $inc: { revision: 1 } },
      { session },
    );
    if (modifiedCount === 0) return false;
    const fact = { organisationId, webhookId: _id, because, at: timestamp(at.getTime()) };
    await collections.facts.insertOne(factRow(facts.webhookDisabled, fact, { id: about }), { session });
    const wanting = { organisationId, enabled: true, _id: { $ne: _id }, types: { $in: [[], DISABLED_TYPE] } };
    const others = await collections.webhooks.find(wanting, { session }).toArray();
    const data = { organisationId, webhook: { id: _id, name }, because };
    const message = createMessage(about, { type: DISABLED_TYPE, at, data });
    const notices = others.map((other) => deliveryRow(other, message));
    if (notices.length > 0) await collections.deliveries.insertMany(notices, { session });
    return true;
  });
  if (!disabled) return;
  nudgeTeller();
  log.warn({ organisationId, webhookId: _id, because }, 'webhook disabled');
}
