import type { Severity } from '@tocsin/domain';
import { type BatchHandler, type Client, crashPoint, type Logger, millis, sleep } from '@tocsin/platform';
import { Action, type Alerts, Severity as ProtoSeverity, type Received } from '@tocsin/proto/alert/v1';
import type { MongoClient } from 'mongodb';
import { type FoldAlert, memberKey } from '../core/fold.ts';
import type { Collections } from '../store/collections.ts';
import { foldBatch } from './fold-batch.ts';
import { createTitles } from './titles.ts';

export interface IntakeDeps {
  client: MongoClient;
  collections: Collections;
  alerts: Client<typeof Alerts>;
  log: Logger;
  /** Something may have to be told to Temporal. */
  folded(): void;
}

/** Folded in one transaction, and decided with one request: as many as ingestion takes. */
const ALERTS_AT_ONCE = 1_000;
/** Each may be a new incident, and while so many are opened nobody else opens one: an urgent one is not kept waiting for long. */
const MEMBERS_AT_ONCE = 200;
/** More than this at once is a storm. */
const A_STORM = 50;
const LONGEST_REST_MS = 250;
/** Delivered more often than this, the alerts of a message are folded one by one. */
const FAILS_TOGETHER = 3;

/** Folds received alerts into incidents, tells ingestion what was decided on each, and only then is done with them. */
export function createIntake(deps: IntakeDeps): BatchHandler<Received> {
  const { client, collections, alerts, log } = deps;
  const titlesOf = createTitles(deps);

  async function fold(facts: FoldAlert[]): Promise<void> {
    const decisions = await foldBatch(client, collections, facts, titlesOf(facts));
    deps.folded();
    await alerts.decide({ decisions }, { timeoutMs: 5_000 }).catch((err: unknown) => {
      // Ingestion tells them again, and hears the same decisions then.
      log.warn({ err, alerts: decisions.length }, 'decisions not taken');
    });
    await crashPoint('incidents.decided');
  }

  /** One that can never be folded holds up none of those it was told with. */
  async function foldEach(facts: FoldAlert[]): Promise<void> {
    const failures: unknown[] = [];
    for (const fact of facts) await fold([fact]).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  return async (batch) => {
    const startedAt = performance.now();
    const facts = batch.flatMap(({ message }) => [message, ...message.others]).map(alertFrom);
    if (batch.some((one) => one.deliveries > FAILS_TOGETHER)) return foldEach(facts);
    for (const part of inParts(facts)) await fold(part);
    for (const one of batch) one.ack();
    // In a storm what comes meanwhile is folded together: one write an incident, however many its alerts are.
    if (facts.length > A_STORM) await sleep(Math.min(performance.now() - startedAt, LONGEST_REST_MS));
  };
}

/** In their order. */
function* inParts(facts: FoldAlert[]): Generator<FoldAlert[]> {
  let part: FoldAlert[] = [];
  let members = new Set<string>();
  for (const fact of facts) {
    const key = memberKey(fact);
    if (part.length === ALERTS_AT_ONCE || (members.size === MEMBERS_AT_ONCE && !members.has(key))) {
      yield part;
      part = [];
      members = new Set();
    }
    part.push(fact);
    members.add(key);
  }
  if (part.length > 0) yield part;
}

const ACTIONS: Record<number, FoldAlert['action']> = {
  [Action.TRIGGER]: 'trigger',
  [Action.ACKNOWLEDGE]: 'acknowledge',
  [Action.RESOLVE]: 'resolve',
  [Action.UPDATE]: 'update',
};
const SEVERITIES: Record<number, Severity> = {
  [ProtoSeverity.CRITICAL]: 'critical',
  [ProtoSeverity.HIGH]: 'high',
  [ProtoSeverity.MEDIUM]: 'medium',
  [ProtoSeverity.LOW]: 'low',
  [ProtoSeverity.INFO]: 'info',
};

/** What this version does not know fires, and is high: in doubt somebody is woken. */
function alertFrom(fact: Received): FoldAlert {
  const { alertId, organisationId, integrationId, dedupKey, groupKey, drill, teamHint } = fact;
  return {
    alertId,
    organisationId,
    integrationId,
    action: ACTIONS[fact.action] ?? 'trigger',
    dedupKey,
    groupKey: groupKey || dedupKey,
    severity: SEVERITIES[fact.severity] ?? 'high',
    receivedAt: millis(fact.receivedAt) ?? Date.now(),
    sourceAt: millis(fact.sourceAt) ?? null,
    drill,
    teamHint,
    traceparent: fact.traceparent,
    title: '',
  };
}
