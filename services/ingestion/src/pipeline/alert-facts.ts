import { create, toBinary } from '@bufbuild/protobuf';
import { crashPoint, type FactStore, facts, timestamp, type UntoldFact } from '@tocsin/platform';
import type { Collection } from 'mongodb';
import type { AlertRow } from '../store/collections.ts';

export interface AlertFacts extends FactStore {
  /** Alerts that were stored just now: told without being read again. */
  fresh(alerts: AlertRow[]): void;
}

/** An alert that nobody decided on is told again after 10 s, then twice as long each time, up to 10 minutes. */
const AGAIN_AFTER_MS = 10_000;
const AGAIN_AT_MOST_MS = 600_000;
const FRESH_ALERTS = 20_000;
/** How often the store is asked while this process has alerts of its own to tell. */
const LOOK_EVERY_MS = 2_000;

/**
 * The alerts themselves as facts to tell: each until it is decided. The fact's id is the alert's, so that the stream drops a
 * second telling while it still has the first.
 */
export function createAlertFacts(alerts: Collection<AlertRow>): AlertFacts {
  const fresh: AlertRow[] = [];
  let lookedAt = 0;

  return {
    fresh(stored) {
      // What does not fit is told by the sweep.
      if (fresh.length < FRESH_ALERTS) fresh.push(...stored);
    },
    async untold(limit) {
      const now = Date.now();
      if (fresh.length > 0 && now - lookedAt < LOOK_EVERY_MS) return takeFresh(limit).map(factOf);
      // In a storm too: what another process left may be more urgent than all of it.
      lookedAt = now;
      const left = await dueAlerts(alerts, now, limit);
      return [...left, ...takeFresh(limit - left.length)].map(factOf);
    },
    async markTold(ids) {
      await crashPoint('ingestion.told');
      const pause = {
        $min: [AGAIN_AT_MOST_MS, { $multiply: [AGAIN_AFTER_MS, { $pow: [2, { $min: ['$told', 10] }] }] }],
      };
      await alerts.updateMany({ _id: { $in: ids }, decided: null }, [
        { $set: { told: { $add: ['$told', 1] }, tellAt: { $add: [new Date(), pause] } } },
      ]);
    },
  };

  /** Urgent ones first, else in the order stored. */
  function takeFresh(limit: number): AlertRow[] {
    if (fresh.length > limit) fresh.sort((a, b) => (a.urgency === b.urgency ? 0 : a.urgency === 'high' ? -1 : 1));
    return fresh.splice(0, limit);
  }
}

/** What is to be told by now, urgent ones first. */
async function dueAlerts(alerts: Collection<AlertRow>, now: number, limit: number): Promise<AlertRow[]> {
  const tellAt = { $lte: new Date(now) };
  const urgent = await alerts.find({ urgency: 'high', tellAt }).sort({ tellAt: 1 }).limit(limit).toArray();
  if (urgent.length === limit) return urgent;
  const others = alerts.find({ urgency: 'low', tellAt }).sort({ tellAt: 1 });
  return [...urgent, ...(await others.limit(limit - urgent.length).toArray())];
}

function factOf(alert: AlertRow): UntoldFact {
  const { type, subject } = facts.alertReceived;
  const message = create(type, {
    alertId: alert._id,
    organisationId: alert.organisationId,
    integrationId: alert.integrationId,
    action: alert.action,
    dedupKey: alert.dedupKey,
    groupKey: alert.groupKey,
    severity: alert.severity,
    receivedAt: timestamp(alert.receivedAt.getTime()),
    ...(alert.sourceAt ? { sourceAt: timestamp(alert.sourceAt.getTime()) } : {}),
    drill: alert.drill,
    malformed: alert.malformed,
    source: alert.source,
    teamHint: alert.teamId,
  });
  return { id: alert._id, subject: subject(alert.urgency), bytes: toBinary(type, message) };
}
