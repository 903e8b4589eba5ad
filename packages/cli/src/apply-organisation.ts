import { createClient, type NatsConnection, services, TocsinError, Unavailable } from '@tocsin/platform';
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

/** One service's part of a file. */
interface Part {
  name: string;
  /** Safe to repeat. Resolves with a line for each change. */
  apply(dryRun: boolean): Promise<string[]>;
}

const TIMEOUT_MS = 15_000;

/**
 * Makes an organisation what its file says. Every service is asked what it would change before any of them changes something, so a
 * file that one refuses changes nothing. Applying the same file again changes nothing, and completes what was cut off.
 */
export async function applyOrganisation({ nc, yamlText, fileName, dryRun }: ApplyWish): Promise<Applied> {
  const file = parseOrganisation(yamlText, fileName);
  const parts = partsOf(nc, file);
  const planned: string[] = [];
  for (const part of parts) planned.push(...(await part.apply(true)));
  if (dryRun || planned.length === 0) return { file, changes: planned };

  const changes: string[] = [];
  const done: string[] = [];
  for (const part of parts) {
    try {
      changes.push(...(await part.apply(false)));
    } catch (error) {
      throw incomplete(error, part.name, done);
    }
    done.push(part.name);
  }
  return { file, changes };
}

/** In the order in which they need each other: routes name policies, and whatever integrations let in must find its route. */
function partsOf(nc: NatsConnection, file: OrganisationFile): Part[] {
  const organisationId = file.organisation.id;
  const options = { timeoutMs: TIMEOUT_MS };
  const organisationJson = JSON.stringify(rosterPart(file));
  const routes = file.routes.map(({ id, integrations, severities, team, policy, nowhere }) => ({
    id,
    integrationIds: integrations,
    severities,
    teamId: team ?? '',
    policyId: policy ?? '',
    nowhere,
  }));
  const integrations = file.integrations.map(({ team, ...rest }) => ({ ...rest, organisationId, teamId: team ?? '' }));
  return [
    {
      name: 'roster',
      apply: async (dryRun) => {
        const { changes } = await createClient(nc, services.roster).apply({ organisationJson, dryRun }, options);
        return changes.map(line);
      },
    },
    {
      name: 'routes',
      apply: async (dryRun) => {
        const wish = { organisationId, routes, dryRun };
        return (await createClient(nc, services.incidents).applyRoutes(wish, options)).changes;
      },
    },
    {
      name: 'integrations',
      apply: async (dryRun) => {
        const wish = { organisationId, integrations, dryRun };
        return (await createClient(nc, services.alerts).applyIntegrations(wish, options)).changes.map(line);
      },
    },
  ];
}

function line({ action, kind, id, fields }: { action: string; kind: string; id: string; fields: string[] }): string {
  return `${action} ${kind} ${id}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`;
}

function incomplete(cause: unknown, part: string, done: string[]): unknown {
  if (!(cause instanceof TocsinError)) return cause;
  const before = done.length > 0 ? `${done.join(' and ')} applied` : 'nothing applied before';
  return new Unavailable(`${part}: ${cause.message} (${before}; applying the file again completes it)`, {
    code: 'apply-incomplete',
    cause,
  });
}
