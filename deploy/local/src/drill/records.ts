import { millis } from '@tocsin/platform';
import type { Incident } from '@tocsin/proto/incident/v1';
import type { CarrierEvent } from '../carrier/index.ts';
import type { CarrierLine, LogLine } from './compare.ts';

export function logLines(incident: Incident): LogLine[] {
  return incident.log.map((entry) => ({
    kind: entry.kind,
    at: millis(entry.at) ?? 0,
    data: JSON.parse(entry.dataJson || '{}') as Record<string, unknown>,
  }));
}

/** Messages and calls that the carrier took; refused ones were never sent to anybody. */
export function carrierLines(record: readonly CarrierEvent[]): CarrierLine[] {
  return record.flatMap(({ kind, status, to, receivedAt }) => {
    if (status !== 201 || to === undefined || (kind !== 'message' && kind !== 'call')) return [];
    return [{ at: receivedAt, channel: kind === 'call' ? 'voice' : 'sms', to } as const];
  });
}
