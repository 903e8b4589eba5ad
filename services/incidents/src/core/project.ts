import type { Severity } from '@tocsin/domain';
import type { IncidentDoc } from '../store/collections.ts';

const NOBODYS = { status: 'open', ownerId: null, acknowledgedAt: null } as const;

/** What an entry of the log changes in the incident's read model; empty where nothing. */
export function project(
  kind: string,
  data: Record<string, unknown>,
  at: Date,
): Partial<Pick<IncidentDoc, 'status' | 'ownerId' | 'acknowledgedAt' | 'round' | 'layer' | 'word'>> {
  // Whose the incident is, and where it stands, is the response's to say.
  if (typeof data.escalation === 'string' && data.escalation !== 'response') return {};
  switch (kind) {
    case 'accepted':
      return { status: 'acknowledged', ownerId: String(data.person), acknowledgedAt: at };
    case 'layer-started':
      return { ...NOBODYS, round: Number(data.round), layer: Number(data.layer) };
    case 'entries-left-out':
      // Else what is left out changed nothing here, or is followed by what did.
      return data.reason === 'the-store-was-restored'
        ? { ...NOBODYS, round: Number(data.round), layer: Number(data.layer) }
        : {};
    case 'ack-timed-out':
    case 'snooze-ended':
    case 'reassigned':
    case 'close-refused':
      return NOBODYS;
    case 'snoozed':
      return { status: 'acknowledged' };
    case 'severity-set':
      return {
        word: {
          severity: data.to as Severity,
          over: data.over as Severity,
          personId: String(data.person),
        },
      };
    default:
      return {};
  }
}
