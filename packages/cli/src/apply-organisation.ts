import { createClient, type NatsConnection, services } from '@tocsin/platform';
import { parseOrganisation } from './parse-organisation.ts';
import type { OrganisationFile } from './schema.ts';
import { rosterPart } from './to-roster.ts';

export interface ApplyWish {
  nc: NatsConnection;
  yamlText: string;
  /** Named in errors. */
  fileName: string;
  /** Says what would change, and changes nothing. */
  dryRun: boolean;
}

export interface Applied {
  file: OrganisationFile;
  /** A line each, such as `update person ada (name)`; empty where everything is so already. */
  changes: string[];
}

const TIMEOUT_MS = 15_000;

/**
 * Makes an organisation what its file says: the roster first, since integrations and routes refer to it. Applying the same file
 * again changes nothing.
 */
export async function applyOrganisation({ nc, yamlText, fileName, dryRun }: ApplyWish): Promise<Applied> {
  const file = parseOrganisation(yamlText, fileName);
  const organisationId = file.organisation.id;
  const options = { timeoutMs: TIMEOUT_MS };
  const roster = await createClient(nc, services.roster).apply(
    { organisationJson: JSON.stringify(rosterPart(file)), dryRun },
    options,
  );
  const integrations = await createClient(nc, services.alerts).applyIntegrations(
    {
      organisationId,
      integrations: file.integrations.map(({ id, name, source, team, key, drill }) => ({
        id,
        organisationId,
        name,
        source,
        teamId: team ?? '',
        key,
        drill,
      })),
      dryRun,
    },
    options,
  );
  const routes = await createClient(nc, services.incidents).applyRoutes(
    {
      organisationId,
      routes: file.routes.map(({ id, integrations: integrationIds, severities, team, policy, nowhere }) => ({
        id,
        integrationIds,
        severities,
        teamId: team ?? '',
        policyId: policy ?? '',
        nowhere,
      })),
      dryRun,
    },
    options,
  );
  return { file, changes: [...roster.changes.map(line), ...integrations.changes.map(line), ...routes.changes] };
}

function line({ action, kind, id, fields }: { action: string; kind: string; id: string; fields: string[] }): string {
  return `${action} ${kind} ${id}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`;
}
