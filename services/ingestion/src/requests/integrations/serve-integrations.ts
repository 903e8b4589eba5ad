import { type Logger, type NatsConnection, serve, services } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import type { IntegrationRow } from '../../store/collections.ts';
import { parseIntegration } from '../parse-integrations.ts';
import { changeIntegration } from './change-integration.ts';
import { createIntegration } from './create-integration.ts';
import { integrationView } from './integration-view.ts';
import { listIntegrations } from './list-integrations.ts';
import { rotateKey } from './rotate-key.ts';
import { type TestDeps, testIntegration } from './test-integration.ts';

export interface IntegrationsDeps extends TestDeps {
  client: MongoClient;
  log: Logger;
  /** Called once integrations changed. */
  integrationsChanged(): void;
}

/** Answers the requests of `tocsin.alert.v1.Integrations`. */
export function serveIntegrations(nc: NatsConnection, deps: IntegrationsDeps): { stop(): Promise<void> } {
  const { client, collections, log, integrationsChanged } = deps;
  const changed = async (what: string, row: IntegrationRow) => {
    integrationsChanged();
    log.info({ organisationId: row.organisationId, integrationId: row.id, what }, 'integration changed');
    return integrationView(collections, row);
  };
  return serve(
    nc,
    services.integrations,
    {
      listIntegrations: (request) => listIntegrations(collections, request),
      createIntegration: async ({ organisationId, integration = {} }) => {
        const { key, row } = await createIntegration(client, collections, organisationId, integration);
        return { key, integration: await changed('create', row) };
      },
      updateIntegration: async (request) => {
        const row = await changeIntegration(client, collections, request, ({ id, source }) => {
          const { name, teamId, drill } = parseIntegration(request.organisationId, { ...request, id, source });
          return { name, teamId, drill };
        });
        return { integration: await changed('update', row) };
      },
      deleteIntegration: async (request) => {
        await changed('delete', await changeIntegration(client, collections, request, () => ({ disabled: true })));
        return {};
      },
      rotateKey: async (request) => {
        const { key, row } = await rotateKey(client, collections, request, Number(request.graceMs));
        return { key, integration: await changed('rotate key', row) };
      },
      testIntegration: ({ organisationId, integrationId }, { key }) =>
        testIntegration(deps, organisationId, integrationId, key),
    },
    { log },
  );
}
