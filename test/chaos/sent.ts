import { createHash } from 'node:crypto';
import type { CarrierEvent } from '@tocsin/local/carrier';
import type { ProcessSystem } from '../harness/process-system.ts';
import type { PhoneNetwork } from './people.ts';

/** What the carrier took, and what the notifiers' ledger knows of it. */
export interface Sent {
  channel: 'sms' | 'voice';
  event: CarrierEvent;
  /** The notification: who, for which escalation, round and layer, by which contact method, the how-manieth time. */
  notification: string;
  incidentId: string;
  personId: string;
  kind: string;
  round: number;
  layer: number;
  /** It says nothing of its incident: whoever knows was silent. */
  isGeneric: boolean;
  /** Which of the notification's attempts it was. */
  attempt: Attempt;
}

interface Attempt {
  n: number;
  /** When it was written down, right before the request. */
  startedAt: Date;
  outcome: string;
  reason?: string;
  possibleRepeat: boolean;
  tokenHash: string;
}

interface Row {
  _id: string;
  key: { incidentId: string; personId: string; kind: string; round: number; layer: number };
  words: { incidentNumber: string };
  attempts: Attempt[];
}

/**
 * Every message and call that the carrier took, oldest first, each with its row in the ledger: the addresses that a provider is
 * to call back carry a token that only one attempt has. A request that no attempt stands behind is an error.
 */
export async function allSent({
  carrier,
  db,
}: Pick<ProcessSystem, 'db'> & Pick<PhoneNetwork, 'carrier'>): Promise<Sent[]> {
  const events = carrier.record().filter((one) => (one.kind === 'message' || one.kind === 'call') && one.sid);
  const byToken = new Map<string, { row: Row; attempt: Attempt }>();
  for (const channel of ['sms', 'voice']) {
    for (const row of await db.collection<Row>(`${channel}Ledger`).find().toArray())
      for (const attempt of row.attempts) byToken.set(attempt.tokenHash, { row, attempt });
  }
  return events.map((event): Sent => {
    const token = /\/status\/([^/?]+)/.exec(event.statusCallback ?? '')?.[1] ?? '';
    const known = byToken.get(createHash('sha256').update(token).digest('base64url'));
    if (!known) throw new Error(`the carrier took what no ledger knows: ${JSON.stringify(event)}`);
    const { row, attempt } = known;
    const { incidentId, personId, kind, round, layer } = row.key;
    const channel = event.kind === 'call' ? 'voice' : 'sms';
    const isGeneric = row.words.incidentNumber === '';
    return { channel, event, notification: row._id, incidentId, personId, kind, round, layer, isGeneric, attempt };
  });
}
