import { InvalidInput } from '@tocsin/platform';
import type { ApplyRoutesRequest } from '@tocsin/proto/incident/v1';
import type { Route } from '../core/route.ts';
import type { Collections } from '../store/collections.ts';

/** Makes an organisation's routes what the request says, in its order. Resolves with what changed; nothing is written in a dry run. */
export async function applyRoutes(
  { routes }: Collections,
  request: ApplyRoutesRequest,
): Promise<{ changes: string[] }> {
  const { organisationId, dryRun } = request;
  if (organisationId === '')
    throw new InvalidInput('routes belong to an organisation', {
      code: 'organisation-missing',
      field: 'organisation_id',
    });
  const wanted = request.routes.map(
    ({ id, integrationIds, severities, teamId, policyId, nowhere }): Route => ({
      id,
      integrationIds,
      severities,
      teamId,
      policyId,
      nowhere,
    }),
  );
  const last = wanted.at(-1);
  if (last && (last.integrationIds.length > 0 || last.severities.length > 0)) {
    throw new InvalidInput('the last route has no conditions: it is the default', {
      code: 'default-missing',
      field: `routes[${wanted.length - 1}]`,
    });
  }
  const present = (await routes.findOne({ _id: organisationId }))?.routes ?? [];
  const changes = difference(present, wanted);
  if (!dryRun && changes.length > 0)
    await routes.updateOne({ _id: organisationId }, { $set: { routes: wanted } }, { upsert: true });
  return { changes };
}

function difference(present: Route[], wanted: Route[]): string[] {
  const changes = wanted.flatMap((route) => {
    const known = present.find((one) => one.id === route.id);
    if (!known) return [`create route ${route.id}`];
    return JSON.stringify(known) === JSON.stringify(route) ? [] : [`update route ${route.id}`];
  });
  const gone = present
    .filter((one) => !wanted.some((route) => route.id === one.id))
    .map((one) => `delete route ${one.id}`);
  const order = (list: Route[]) => list.map((one) => one.id).join(' ');
  const moved = changes.length + gone.length === 0 && order(present) !== order(wanted);
  return [...changes, ...gone, ...(moved ? ['reorder routes'] : [])];
}
