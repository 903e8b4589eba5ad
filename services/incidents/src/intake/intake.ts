import type { Severity } from '@tocsin/domain';
import { type BatchHandler, type Client, crashPoint, type Logger, millis } from '@tocsin/platform';
import { Action, type Alerts, Severity as ProtoSeverity, type Received } from '@tocsin/proto/alert/v1';
import type { MongoClient } from 'mongodb';
import type { FoldAlert } from '../core/fold.ts';
import type { Collections } from '../store/collections.ts';
import { foldBatch } from './fold-batch.ts';

export interface IntakeDeps {
  client: MongoClient;
  collections: Collections;
  alerts: Client<typeof Alerts>;
  log: Logger;
  /** Something may have to be told to Temporal. */
  folded(): void;
}

/** Words are worth waiting for this long; an incident without them is made all the same. */
const WORDS_WITHIN_MS = 500;

/** Folds received alerts into incidents, tells ingestion what was decided on each, and only then is done with them. */
export function createIntake(deps: IntakeDeps): BatchHandler<Received> {
  const { client, collections, alerts, log } = deps;
  return async (batch) => {
    const facts = batch.map((one) => one.message);
    const titles = await titlesOf(facts);
    const decisions = await foldBatch(
      client,
      collections,
      facts.map((fact) => alertFrom(fact, titles.get(fact.alertId) ?? '')),
    );
    deps.folded();
    await alerts.decide({ decisions }, { timeoutMs: 5_000 }).catch((err: unknown) => {
      // Ingestion tells them again, and hears the same decisions then.
      log.warn({ err, alerts: decisions.length }, 'decisions not taken');
    });
    await crashPoint('incidents.decided');
  };

  async function titlesOf(facts: Received[]): Promise<Map<string, string>> {
    try {
      const { texts } = await alerts.describe(
        { alertIds: facts.map((one) => one.alertId) },
        { timeoutMs: WORDS_WITHIN_MS },
      );
      return new Map(texts.map((text) => [text.alertId, text.title]));
    } catch (err) {
      log.warn({ err, alerts: facts.length }, 'words not to be had now');
      return new Map();
    }
  }
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
function alertFrom(fact: Received, title: string): FoldAlert {
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
    title,
  };
}
