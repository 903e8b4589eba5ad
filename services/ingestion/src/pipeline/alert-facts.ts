import { create, toBinary } from '@bufbuild/protobuf';
import { crashPoint, type FactStore, facts, timestamp, type UntoldFact } from '@tocsin/platform';
import type { Received } from '@tocsin/proto/alert/v1';
import type { AlertRow, Collections } from '../store/collections.ts';
import type { Telling } from '../store/telling.ts';

export interface AlertFacts extends FactStore {
  /** Alerts that were stored just now: told without being read again. */
  fresh(tellings: Telling[]): void;
}

/** Alerts that nobody decided on are told again after 10 s, then twice as long each time, up to 10 minutes. */
const AGAIN_AFTER_MS = 10_000;
const AGAIN_AT_MOST_MS = 600_000;
const FRESH_ALERTS = 50_000;
/** Alerts read again for a sweep. */
const SWEPT_ALERTS = 20_000;
/** How often the store is asked while this process has alerts of its own to tell: seldom where the teller's sweep asks as well. */
const LOOK_EVERY_MS = 3_000;

/** Alerts as facts to tell, those that were stored together in one message: each until it is decided. */
export function createAlertFacts({ alerts, tellings }: Pick<Collections, 'alerts' | 'tellings'>): AlertFacts {
  let fresh: Telling[] = [];
  let freshAlerts = 0;
  let lookedAt = 0;
  /** Which telling a fact under way is of. */
  const underWay = new Map<string, string>();

  /** Where some were decided and some were not, each of these is told alone: whatever is odd about one holds up no others. */
  function factsOf({ row, alerts: told }: Telling): UntoldFact[] {
    const together = row.open.length === row.alerts.length;
    const made = together ? [factOf(row._id, told)] : told.map((alert) => factOf(alert._id, [alert]));
    for (const { id } of made) underWay.set(id, row._id);
    return made;
  }

  /** Urgent ones first, else in the order stored. */
  function takeFresh(): Telling[] {
    const taken = fresh;
    fresh = [];
    freshAlerts = 0;
    return [...taken.filter(({ row }) => row.urgency === 'high'), ...taken.filter(({ row }) => row.urgency === 'low')];
  }

  /** What is to be told by now, urgent ones first. */
  async function due(now: number, limit: number): Promise<Telling[]> {
    const tellAt = { $lte: new Date(now) };
    const rows = await tellings.find({ urgency: 'high', tellAt }).sort({ tellAt: 1 }).limit(limit).toArray();
    if (rows.length < limit) {
      const others = tellings.find({ urgency: 'low', tellAt }).sort({ tellAt: 1 });
      rows.push(...(await others.limit(limit - rows.length).toArray()));
    }
    let room = SWEPT_ALERTS;
    const taken = rows.filter(({ open }) => {
      room -= open.length;
      return room >= 0;
    });
    if (taken.length === 0) return [];
    const found = await alerts.find({ _id: { $in: taken.flatMap((row) => row.open) } }).toArray();
    const byId = new Map(found.map((alert) => [alert._id, alert]));
    return taken
      .map((row) => ({ row, alerts: row.open.flatMap((id) => byId.get(id) ?? []) }))
      .filter((telling) => telling.alerts.length > 0);
  }

  return {
    fresh(stored) {
      for (const telling of stored) {
        // What does not fit is told by the sweep.
        if (freshAlerts >= FRESH_ALERTS) return;
        fresh.push(telling);
        freshAlerts += telling.alerts.length;
      }
    },
    async untold(limit) {
      underWay.clear();
      const now = Date.now();
      if (fresh.length > 0 && now - lookedAt < LOOK_EVERY_MS) return takeFresh().flatMap(factsOf);
      // In a storm too: what another process left may be more urgent than all of it.
      lookedAt = now;
      const left = await due(now, limit);
      return [...left, ...takeFresh()].flatMap(factsOf);
    },
    async markTold(ids) {
      await crashPoint('ingestion.told');
      const told = [...new Set(ids.flatMap((id) => underWay.get(id) ?? []))];
      const pause = {
        $min: [AGAIN_AT_MOST_MS, { $multiply: [AGAIN_AFTER_MS, { $pow: [2, { $min: ['$told', 10] }] }] }],
      };
      await tellings.updateMany({ _id: { $in: told }, tellAt: { $exists: true } }, [
        { $set: { told: { $add: ['$told', 1] }, tellAt: { $add: [new Date(), pause] } } },
      ]);
    },
  };
}

function factOf(id: string, alerts: AlertRow[]): UntoldFact {
  const [first, ...others] = alerts.map(receivedFrom);
  const { type, subject } = facts.alertReceived;
  first!.others = others;
  const { urgency, trace } = alerts[0]!;
  return { id, subject: subject(urgency), bytes: toBinary(type, first!), ...(trace ? { trace } : {}) };
}

function receivedFrom(alert: AlertRow): Received {
  return create(facts.alertReceived.type, {
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
    traceparent: alert.trace ?? '',
  });
}
