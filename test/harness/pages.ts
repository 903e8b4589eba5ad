import type { CarrierEvent } from '@tocsin/local/carrier';
import type { Harness } from './harness.ts';

/** Requests for pages that the carrier took for somebody: calls, and messages that ask for an answer. News are none. */
export function pages(harness: Harness, personId: string, kind?: 'message' | 'call'): CarrierEvent[] {
  return harness.requests(personId, kind).filter((one) => one.kind === 'call' || /PAGE/.test(one.body ?? ''));
}

/** Those of them that did not say "possible repeat": nobody may be sent the same notification twice without hearing that. */
async function unmarkedPages(harness: Harness, personId: string, kind: 'message' | 'call'): Promise<CarrierEvent[]> {
  const all = pages(harness, personId, kind);
  if (kind === 'message') return all.filter((one) => !/possible repeat/i.test(one.body ?? ''));
  // A call says it only once it is answered: until then the ledger knows what it will say.
  const ledger = harness.db.collection<{ attempts: { providerId?: string; possibleRepeat: boolean }[] }>('voiceLedger');
  const rows = await ledger.find({ 'attempts.possibleRepeat': true }).toArray();
  const marked = rows.flatMap((row) => row.attempts.filter((one) => one.possibleRepeat).map((one) => one.providerId));
  return all.filter((one) => !marked.includes(one.sid));
}

/** How many unmarked pages somebody got, as `messages/calls`. */
export async function pagedTimes(harness: Harness, personId: string): Promise<string> {
  const [messages, calls] = await Promise.all([
    unmarkedPages(harness, personId, 'message'),
    unmarkedPages(harness, personId, 'call'),
  ]);
  return `${messages.length}/${calls.length}`;
}
