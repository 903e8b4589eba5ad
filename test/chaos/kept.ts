import { until } from '@tocsin/platform';
import { decisionsOf, hasUnparsed } from '../harness/decisions.ts';
import type { ProcessSystem } from '../harness/process-system.ts';

type Kept = Pick<ProcessSystem, 'db' | 'list'>;

const WITHIN_MS = 180_000;

interface StoredAlert {
  _id: string;
  envelopeId: string;
  dedupKey: string;
  title: string;
}

/** What ingestion stored of alerts whose title begins so, and the incident that `incidents` decided on for each. */
async function alertsOf({ db }: Kept, titlesBegin: string) {
  const all = await db.collection<StoredAlert>('alerts').find().toArray();
  const alerts = all.filter((one) => one.title.startsWith(titlesBegin));
  const decided = await decisionsOf(db);
  return { alerts, incidentOf: (alertId: string) => decided.get(alertId)?.incidentId };
}

/**
 * Resolves when every alert whose title begins so is decided on, and every incident of theirs is somebody's: who was silent
 * could not be accepted, so by then people accept all that reaches them.
 */
export async function settled(of: Kept, titlesBegin = ''): Promise<void> {
  const wait = { timeoutMs: WITHIN_MS, everyMs: 1_500 };
  await until(
    async () => {
      const { alerts, incidentOf } = await alertsOf(of, titlesBegin);
      const left = alerts.filter((one) => !incidentOf(one._id)).map((one) => one._id);
      if (await hasUnparsed(of.db)) left.push('an envelope');
      if (left.length > 0) throw new Error(`${left.length} alerts are not decided on, ${left[0]} among them`);
      return true;
    },
    { ...wait, what: 'every alert to be decided on' },
  );
  await until(
    async () => {
      const { alerts, incidentOf } = await alertsOf(of, titlesBegin);
      const theirs = new Set(alerts.map((one) => incidentOf(one._id)));
      const all = (await of.list()).filter((one) => theirs.has(one.id));
      const silent = all.filter((one) => one.status !== 'acknowledged').map((one) => one.number);
      if (silent.length > 0) throw new Error(`${silent.length} incidents are nobody's: ${silent.slice(0, 5)}`);
      return true;
    },
    { ...wait, what: "every incident to be somebody's" },
  );
  // Two answers of one person may be decided on in the other order: only then is it known which of them counts.
  const undecided = () => of.db.collection('answers').countDocuments({ decision: null });
  await until(async () => (await undecided()) === 0, { ...wait, what: 'every answer to be decided on' });
}

/**
 * What is wrong with what was kept of the envelopes that senders had a 2xx for, a sentence each; and how many alerts are stored.
 * Their alerts' titles begin so, and have as many dedup keys as there should be incidents.
 */
export async function lostOf(
  of: Kept,
  accepted: readonly string[],
  incidents: number,
  titlesBegin = '',
): Promise<{ lost: string[]; stored: number }> {
  const { alerts, incidentOf } = await alertsOf(of, titlesBegin);
  const known = new Map((await of.list()).map((one) => [one.id, one]));
  const envelopes = new Set(alerts.map((one) => one.envelopeId));
  const lost = accepted.filter((id) => !envelopes.has(id)).map((id) => `no alert is left of envelope ${id}`);
  for (const { _id } of alerts) {
    if (!known.has(incidentOf(_id) ?? '')) lost.push(`alert ${_id} belongs to no incident`);
  }
  const ofKeys = Map.groupBy(alerts, (one) => one.dedupKey);
  for (const [key, same] of ofKeys) {
    const ids = new Set(same.map((one) => incidentOf(one._id)));
    if (ids.size > 1) lost.push(`alerts of ${key} belong to ${ids.size} incidents`);
  }
  if (ofKeys.size !== incidents) lost.push(`there are ${ofKeys.size} dedup keys instead of ${incidents}`);
  const theirs = new Set(alerts.map((one) => incidentOf(one._id) ?? ''));
  if (theirs.size !== incidents) lost.push(`there are ${theirs.size} incidents instead of ${incidents}`);
  // As often as it was told, an alert counts once.
  const counted = [...theirs].reduce((sum, id) => sum + Number(known.get(id)?.alerts ?? 0), 0);
  if (counted !== alerts.length) lost.push(`incidents count ${counted} alerts, and ${alerts.length} are stored`);
  return { lost, stored: alerts.length };
}
