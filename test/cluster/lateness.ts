import type { Sent } from '../chaos/sent.ts';
import type { FarSystem } from './far-system.ts';

/** The first page of a layer, and how long after its due instant it reached the carrier. */
export interface LayerPage {
  incidentId: string;
  number: string;
  round: number;
  layer: number;
  lateMs: number;
}

interface Entry {
  incidentId: string;
  kind: string;
  at: Date;
  data: { escalation?: string; round?: number; layer?: number; until?: number; reason?: string };
}

interface Reject {
  incidentId: string;
  said: string;
  storedAt: Date;
}

/**
 * How late pages are, a layer each. A first layer is due when its first alert was taken; another when the time of the one before
 * was up, or, where nobody there could answer any more, when the last of them had said no.
 */
export async function layerPages({ db }: FarSystem, sent: readonly Sent[], titlesBegin: string): Promise<LayerPage[]> {
  const alerts = await db.collection<{ _id: string; title: string; receivedAt: Date }>('alerts').find().toArray();
  const taken = new Map(alerts.map((one) => [one._id, one]));
  const incidents = await db
    .collection<{ _id: string; number: string; firstAlertId: string }>('incidents')
    .find()
    .toArray();
  const entries = await db.collection<Entry>('incidentLog').find().sort({ incidentId: 1, position: 1 }).toArray();
  const rejects = await db.collection<Reject>('answers').find({ said: 'reject' }).toArray();
  return incidents.flatMap(({ _id, number, firstAlertId }) => {
    const first = taken.get(firstAlertId);
    if (!first?.title.startsWith(titlesBegin)) return [];
    let due = first.receivedAt.getTime();
    return entries
      .filter((one) => one.incidentId === _id)
      .flatMap((entry): LayerPage[] => {
        const { round = 0, layer = 0, reason } = entry.data;
        if (entry.kind === 'layer-ended') {
          const saidNo = rejects.filter(
            (one) => one.incidentId === _id && one.storedAt.getTime() <= entry.at.getTime(),
          );
          const isSaid = reason === 'nobody-can-answer' && saidNo.length > 0;
          due = isSaid ? Math.max(...saidNo.map((one) => one.storedAt.getTime())) : Math.min(due, entry.at.getTime());
        }
        if (entry.kind !== 'layer-started') return [];
        const arrived = sent
          .filter((one) => one.incidentId === _id && one.kind === 'page' && one.round === round && one.layer === layer)
          .map((one) => one.event.receivedAt);
        const page = { incidentId: _id, number, round, layer, lateMs: Math.min(...arrived) - due };
        due = entry.data.until ?? Number.POSITIVE_INFINITY;
        // Somebody accepted before anything of it went out.
        return arrived.length > 0 ? [page] : [];
      });
  });
}
