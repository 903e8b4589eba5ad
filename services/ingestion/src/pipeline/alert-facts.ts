import { create, toBinary } from '@bufbuild/protobuf';
import { crashPoint, type FactStore, facts, type Logger, timestamp, type UntoldFact } from '@tocsin/platform';
import type { Received } from '@tocsin/proto/alert/v1';
import type { Collection } from 'mongodb';
import type { AlertRow } from '../store/collections.ts';
import { createTelling } from './telling.ts';

export interface AlertFacts extends FactStore {
  /** Alerts that were stored just now: told without being read again. */
  fresh(alerts: AlertRow[]): void;
  /** Alerts that were decided on, as far as this process hears of it. */
  decided(ids: string[]): void;
  stop(): Promise<void>;
}

const FRESH_ALERTS = 20_000;
/** How often the store is asked while this process has alerts of its own to tell. */
const LOOK_EVERY_MS = 2_000;
/** Alerts of one message: some 60 kB. */
const TOGETHER = 250;

/**
 * The alerts themselves as facts to tell: each until it is decided. Those of this process are told at once, many in a message; what
 * a sweep finds is told one by one, so that one that nobody can decide on holds up no others.
 */
export function createAlertFacts(alerts: Collection<AlertRow>, log: Logger): AlertFacts {
  const fresh: AlertRow[] = [];
  const telling = createTelling(alerts, (err) => log.warn({ err }, 'tellings not written down'));
  /** What each message under way holds, by its id. */
  const together = new Map<string, string[]>();
  let lookedAt = 0;

  return {
    fresh(stored) {
      // What does not fit is told by the sweep.
      if (fresh.length < FRESH_ALERTS) fresh.push(...stored);
    },
    decided: telling.decided,
    async untold(limit) {
      const now = Date.now();
      if (fresh.length > 0 && now - lookedAt < LOOK_EVERY_MS) return takeFresh();
      // In a storm too: what another process left may be more urgent than all of it.
      lookedAt = now;
      const left = await dueAlerts(alerts, now, limit);
      return [...left.map((alert) => factOf([alert])), ...takeFresh()];
    },
    async markTold(ids) {
      await crashPoint('ingestion.told');
      const swept = ids.filter((id) => !together.has(id));
      telling.toldFresh(ids.flatMap((id) => together.get(id) ?? []));
      for (const id of ids) together.delete(id);
      if (swept.length > 0) await telling.toldAgain(swept);
    },
    stop: telling.stop,
  };

  /** Urgent ones first, else in the order stored. */
  function takeFresh(): UntoldFact[] {
    const taken = fresh.splice(0);
    together.clear();
    return (['high', 'low'] as const).flatMap((urgency) =>
      inParts(
        taken.filter((alert) => alert.urgency === urgency),
        TOGETHER,
      ).map((part) => {
        const fact = factOf(part);
        together.set(
          fact.id,
          part.map((alert) => alert._id),
        );
        return fact;
      }),
    );
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

function inParts<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));
}

/** The stream drops what comes twice under one id: an alert by itself, or the same together. */
function factOf(alerts: AlertRow[]): UntoldFact {
  const [first, ...others] = alerts;
  const { _id, urgency } = first!;
  const { type, subject } = facts.alertReceived;
  const message = receivedFrom(first!);
  message.others = others.map(receivedFrom);
  const id = others.length === 0 ? _id : `${_id}+${others.length}`;
  return { id, subject: subject(urgency), bytes: toBinary(type, message) };
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
  });
}
