import type { Logged } from '@tocsin/proto/incident/v1';
import type { WantedRevision } from './ledger/row.ts';

/** What an entry of an incident's log means for the messages of its pages. */
export interface RevisionOrder extends Omit<WantedRevision, 'drawn'> {
  of: { incidentId: string; escalationId?: string; personId?: string };
  /** Pages of later rounds went out after it, and know better. */
  throughRound: number;
}

const ALL_ROUNDS = Number.MAX_SAFE_INTEGER;

/** Null for entries that change nothing that a page said. */
export function revisionFrom(
  entry: Pick<Logged, 'incidentId' | 'position' | 'kind' | 'dataJson'>,
): RevisionOrder | null {
  const { incidentId, kind } = entry;
  const position = Number(entry.position);
  if (kind === 'closed') {
    return { position, state: 'closed', personId: '', of: { incidentId }, throughRound: ALL_ROUNDS };
  }
  if (kind !== 'accepted' && kind !== 'rejected' && kind !== 'escalated' && kind !== 'layer-started') return null;
  const { escalation, person, round } = JSON.parse(entry.dataJson || '{}') as Record<string, unknown>;
  if (typeof escalation !== 'string') return null;
  const throughRound = typeof round === 'number' ? round : ALL_ROUNDS;
  const ofAll = { incidentId, escalationId: escalation };
  if (kind === 'layer-started') return { position, state: 'again', personId: '', of: ofAll, throughRound };
  if (typeof person !== 'string') return null;
  if (kind === 'accepted') return { position, state: 'taken', personId: person, of: ofAll, throughRound };
  return { position, state: kind, personId: person, of: { ...ofAll, personId: person }, throughRound };
}
