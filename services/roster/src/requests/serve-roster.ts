import { InvalidInput, type Logger, millis, type NatsConnection, serve, services, timestamp } from '@tocsin/platform';
import type { BeginRequest } from '@tocsin/proto/roster/v1';
import { resolveTargets } from '../core/resolve.ts';
import { createPeopleReader } from '../store/read-people.ts';
import type { Snapshots } from '../store/snapshots.ts';
import { type ApplyDeps, apply } from './apply.ts';
import { begin } from './begin.ts';
import { findByAddress } from './find-by-address.ts';
import { forgetAddress } from './forget-address.ts';
import { reach } from './reach.ts';
import { shifts } from './shifts.ts';
import { timeZones } from './time-zones.ts';
import { fromChannel, fromTargets, toLayer } from './to-wire.ts';

export interface RosterDeps extends ApplyDeps {
  snapshots: Snapshots;
  log: Logger;
}

/** Answers `tocsin.roster.v1.Roster`. */
export function serveRoster(nc: NatsConnection, deps: RosterDeps): { stop(): Promise<void> } {
  const { collections, snapshots, vault, log } = deps;
  const readPeople = createPeopleReader(collections);
  return serve(
    nc,
    services.roster,
    {
      begin: async (request, { deadlineAt }) => {
        const snapshot = await snapshots.current(request.organisationId, deadlineAt);
        const answer = begin(snapshot, request, instantOf(request));
        if (answer.reason?.startsWith('unknown'))
          log.warn({ organisation: request.organisationId, policy: request.policyId }, 'unknown policy, default used');
        return answer;
      },
      resolve: async (request, { deadlineAt }) => {
        const snapshot = await snapshots.current(request.organisationId, deadlineAt);
        return toLayer(resolveTargets(snapshot, fromTargets(request.targets), instantOf(request)));
      },
      reach: (request, { deadlineAt }) => reach(vault, readPeople, request, left(deadlineAt)),
      findByAddress: async ({ organisationId, channel, address }, { deadlineAt }) => {
        const wanted = { organisationId, channel: fromChannel(channel), address };
        return { contactMethods: await findByAddress(vault, collections, wanted, left(deadlineAt)) };
      },
      forgetAddress: async (request) => {
        const { organisationId, personId, contactMethodId } = request;
        const forgotten = await forgetAddress(deps, request);
        if (forgotten) log.info({ organisationId, personId, contactMethodId }, 'address that is no more forgotten');
        return { forgotten };
      },
      apply: async ({ organisationJson, dryRun, onlyNew }) => {
        const changes = await apply(deps, organisationJson, { dryRun, onlyNew });
        if (!dryRun && changes.length > 0) log.info({ changes: changes.length }, 'organisation applied');
        return { changes };
      },
      timeZones: async (request, { deadlineAt }) => ({
        zones: await timeZones(collections, request, left(deadlineAt)),
      }),
      shifts: async (request, { deadlineAt }) => {
        const found = shifts(await snapshots.current(request.organisationId, deadlineAt), request);
        return {
          shifts: found.shifts.map(({ personId, startsAt, endsAt, source }) => ({
            scheduleId: request.scheduleId,
            personId,
            startsAt: timestamp(startsAt),
            endsAt: timestamp(endsAt),
            source,
          })),
          gaps: found.gaps.map(({ startsAt, endsAt }) => ({
            startsAt: timestamp(startsAt),
            endsAt: timestamp(endsAt),
          })),
        };
      },
    },
    { log },
  );
}

function instantOf({ at }: Pick<BeginRequest, 'at'>): number {
  const instant = millis(at);
  if (instant === undefined) throw new InvalidInput('must be given', { code: 'missing', field: 'at' });
  return instant;
}

function left(deadlineAt: number): number {
  return Math.max(1, deadlineAt - Date.now());
}
