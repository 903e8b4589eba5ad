import { InvalidInput } from '@tocsin/platform';
import type { Collections } from '../store/collections.ts';

const DECISIONS_AT_ONCE = 1_000;

export interface Decision {
  alertId: string;
  incidentId: string;
  notify: boolean;
  reason: string;
}

/**
 * Notes what was decided on alerts: they are told no more, and expire `retentionMs` from now. The first decision stays, so
 * saying it again changes nothing. Alerts that do not exist (any more) are passed over. Throws `InvalidInput` for more than
 * 1,000.
 */
export async function decideAlerts({ alerts }: Collections, decisions: Decision[], retentionMs: number): Promise<void> {
  if (decisions.length > DECISIONS_AT_ONCE) {
    throw new InvalidInput(`at most ${DECISIONS_AT_ONCE} decisions at once`, { code: 'too-many', field: 'decisions' });
  }
  for (const [at, decision] of decisions.entries()) {
    if (decision.alertId === '') {
      throw new InvalidInput('an alert is decided by its id', { code: 'missing', field: `decisions[${at}].alert_id` });
    }
  }
  if (decisions.length === 0) return;
  const decided = new Date();
  const expiresAt = new Date(decided.getTime() + retentionMs);
  await alerts.bulkWrite(
    alike(decisions).map(({ ids, decision }) => ({
      updateMany: {
        filter: { _id: { $in: ids }, decided: null },
        update: { $set: { decided, decision, expiresAt }, $unset: { tellAt: 1 } },
      },
    })),
    { ordered: false },
  );
}

/** In a storm a thousand alerts are one decision: repeats of one incident. */
function alike(decisions: Decision[]): { ids: string[]; decision: Omit<Decision, 'alertId'> }[] {
  const groups = new Map<string, { ids: string[]; decision: Omit<Decision, 'alertId'> }>();
  for (const { alertId, incidentId, notify, reason } of decisions) {
    const key = JSON.stringify([incidentId, notify, reason]);
    const group = groups.get(key);
    if (group) group.ids.push(alertId);
    else groups.set(key, { ids: [alertId], decision: { incidentId, notify, reason } });
  }
  return [...groups.values()];
}
