import { crashPoint, inTransaction, millis } from '@tocsin/platform';
import { type Progressed, Receipt } from '@tocsin/proto/page/v1';
import { Channel } from '@tocsin/proto/roster/v1';
import type { MongoClient } from 'mongodb';
import { keepMessages, type Message } from '../messages/keep-messages.ts';
import type { Collections } from '../store/collections.ts';
import { appendIn, type NewEntry } from './append.ts';

/**
 * What providers say of notifications becomes part of the timeline: who was told, how, when, and what came of it. What was lost
 * after it was taken is for the workflow to hear as well, and is kept for it in the same transaction.
 */
export async function recordProgress(
  client: MongoClient,
  collections: Collections,
  batch: Progressed[],
): Promise<void> {
  const byIncident = Map.groupBy(batch, (one) => one.key?.incidentId ?? '');
  for (const [incidentId, facts] of byIncident) {
    if (incidentId === '' || !(await collections.incidents.findOne({ _id: incidentId }, { projection: { _id: 1 } })))
      continue;
    await inTransaction(client, async (session) => {
      await appendIn(session, collections, incidentId, facts.map(entryOf));
      await keepMessages(session, collections, facts.filter((one) => one.lost).map(messageOf));
    });
    await crashPoint('incidents.progress-stored');
  }
}

function messageOf({ factId, key, attempt, reason }: Progressed): Message {
  const { id = '', incidentId = '' } = key ?? {};
  return { id: factId, incidentId, event: { kind: 'receipt-failed', key: id, attempt, reason } };
}

function entryOf(fact: Progressed): NewEntry {
  const { key } = fact;
  return {
    id: fact.factId,
    kind: 'notification',
    at: new Date(millis(fact.at) ?? Date.now()),
    data: {
      notification: key?.id ?? '',
      person: key?.personId ?? '',
      contactMethod: key?.contactMethodId ?? '',
      round: key?.round ?? 0,
      layer: key?.layer ?? 0,
      channel: Channel[fact.channel]?.toLowerCase() ?? 'unknown',
      receipt: Receipt[fact.receipt]?.toLowerCase() ?? 'unknown',
      provider: fact.provider,
      providerId: fact.providerId,
      possibleRepeat: fact.possibleRepeat,
      reason: fact.reason,
    },
  };
}
