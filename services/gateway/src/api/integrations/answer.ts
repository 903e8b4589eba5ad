import type { IntegrationView } from '@tocsin/proto/alert/v1';
import type { Deps } from '../../deps.ts';
import { etagOf } from '../../http/etag.ts';
import { integrationView } from './integration-view.ts';

/** An integration as it is now, with the ETag that its next edit names. */
export async function present(organisationId: string, integration: IntegrationView | undefined, deps: Deps) {
  if (!integration) throw new Error('an integration was found and not given');
  const names = await deps.directory.names(organisationId);
  return { etag: etagOf(integration.revision), view: integrationView(integration, names, deps) };
}
