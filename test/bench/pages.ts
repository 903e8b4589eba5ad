import type { CarrierEvent } from '@tocsin/local/carrier';
import { until } from '@tocsin/platform';
import type { Incident } from '@tocsin/proto/incident/v1';
import type { MeasuredSystem } from './system.ts';

/** Requests that summon somebody, in order; news of who has it and the like are none. */
export function pagesIn(record: readonly CarrierEvent[]): CarrierEvent[] {
  return record
    .filter(
      (one) => one.status === 201 && (one.kind === 'call' || (one.kind === 'message' && /PAGE/.test(one.body ?? ''))),
    )
    .sort((a, b) => a.receivedAt - b.receivedAt);
}

/** The incident's log, once it holds what the providers said of so many notifications. */
export function incidentWithReceipts({ incidents }: MeasuredSystem, id: string, receipts: number): Promise<Incident> {
  return until(
    async () => {
      const incident = await incidents.get({ organisationId: 'acme', incident: id, withLog: true });
      return providerIds(incident).length >= receipts && incident;
    },
    { timeoutMs: 60_000, everyMs: 200, what: 'receipts in the log' },
  );
}

/** By which the carrier knows what was sent for an incident. */
export function providerIds({ log }: Incident): string[] {
  const ids = log
    .filter((entry) => entry.kind === 'notification')
    .map((entry) => (JSON.parse(entry.dataJson) as { providerId?: string }).providerId ?? '');
  return [...new Set(ids)].filter((id) => id !== '');
}
