import { createBackoff, InvalidInput, sleep, Unavailable } from '@tocsin/platform';
import type { AnyBulkWriteOperation } from 'mongodb';
import type { Collections, TellingRow } from '../store/collections.ts';
import { parcelOfAlert } from '../store/parcel.ts';

const DECISIONS_AT_ONCE = 1_000;
const TRIES = 12;

export interface Decision {
  alertId: string;
  incidentId: string;
  notify: boolean;
  reason: string;
}

/**
 * Notes what was decided on alerts: they are told no more, and once all that were told together are decided, they expire
 * `retentionMs` from then. The first decision stays, so saying it again changes nothing. Alerts that do not exist (any more) are
 * passed over. Throws `InvalidInput` for more than 1,000.
 */
export async function decideAlerts(
  { tellings }: Collections,
  decisions: Decision[],
  retentionMs: number,
): Promise<void> {
  if (decisions.length > DECISIONS_AT_ONCE) {
    throw new InvalidInput(`at most ${DECISIONS_AT_ONCE} decisions at once`, { code: 'too-many', field: 'decisions' });
  }
  for (const [at, decision] of decisions.entries()) {
    if (decision.alertId === '') {
      throw new InvalidInput('an alert is decided by its id', { code: 'missing', field: `decisions[${at}].alert_id` });
    }
  }
  const byAlert = new Map(decisions.map((decision) => [decision.alertId, decision]));
  const parcels = [...new Set(decisions.map((decision) => parcelOfAlert(decision.alertId)))];
  const backoff = createBackoff({ baseMs: 2, maxMs: 50 });
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const open = await tellings
      .find({ parcelId: { $in: parcels }, tellAt: { $exists: true } }, { projection: { open: 1 } })
      .toArray();
    const changes = open.flatMap((row) => changeOf(row, byAlert, retentionMs) ?? []);
    if (changes.length === 0) return;
    const { matchedCount } = await tellings.bulkWrite(changes, { ordered: false });
    if (matchedCount === changes.length) return;
    await sleep(backoff.next());
  }
  throw new Unavailable('others decide on the same alerts', { code: 'busy' });
}

/** Conditional on how many were open, which only falls: what somebody else decided meanwhile is looked at again. */
function changeOf(
  { _id, open }: Pick<TellingRow, '_id' | 'open'>,
  byAlert: ReadonlyMap<string, Decision>,
  retentionMs: number,
): AnyBulkWriteOperation<TellingRow> | undefined {
  const decided = open.flatMap((alertId) => byAlert.get(alertId) ?? []);
  if (decided.length === 0) return undefined;
  const at = new Date();
  const left = open.filter((alertId) => !byAlert.has(alertId));
  const over = left.length === 0;
  const update = {
    $set: { open: left, ...(over ? { purgeAt: new Date(at.getTime() + retentionMs) } : {}) },
    $push: { decisions: { $each: alike(decided).map((one) => ({ ...one, at })) } },
    ...(over ? { $unset: { tellAt: 1 } as const } : {}),
  };
  return { updateOne: { filter: { _id, open: { $size: open.length } }, update } };
}

/** In a storm a hundred alerts are one decision: repeats of one incident. */
function alike(decisions: Decision[]): { incidentId: string; notify: boolean; reason: string; alerts: string[] }[] {
  const groups = new Map<string, { incidentId: string; notify: boolean; reason: string; alerts: string[] }>();
  for (const { alertId, incidentId, notify, reason } of decisions) {
    const key = JSON.stringify([incidentId, notify, reason]);
    const group = groups.get(key);
    if (group) group.alerts.push(alertId);
    else groups.set(key, { incidentId, notify, reason, alerts: [alertId] });
  }
  return [...groups.values()];
}
