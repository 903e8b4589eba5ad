import { type Logger, type NatsConnection, serve, services } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import type { Collections } from '../store/collections.ts';
import { applyIntegrations } from './apply-integrations.ts';
import { decideAlerts } from './decide-alerts.ts';
import { describeAlerts } from './describe-alerts.ts';
import { getAlert } from './get-alert.ts';
import { listAlerts } from './list-alerts.ts';

export interface AlertsDeps {
  client: MongoClient;
  collections: Collections;
  log: Logger;
  retentionMs: number;
  /** Called once integrations changed. */
  integrationsChanged(): void;
}

/** Answers the requests of `tocsin.alert.v1.Alerts`. */
export function serveAlerts(nc: NatsConnection, deps: AlertsDeps): { stop(): Promise<void> } {
  const { client, collections, log, retentionMs, integrationsChanged } = deps;
  return serve(
    nc,
    services.alerts,
    {
      describe: async ({ alertIds }) => ({ texts: await describeAlerts(collections, alertIds) }),
      decide: async ({ decisions }) => {
        await decideAlerts(collections, decisions, retentionMs);
        return {};
      },
      applyIntegrations: async (request) => {
        const changes = await applyIntegrations(client, collections, request);
        if (!request.dryRun && changes.length > 0) integrationsChanged();
        return { changes };
      },
      get: (request) => getAlert(collections, request),
      list: (request) => listAlerts(collections, request),
    },
    { log },
  );
}
