import { InvalidInput, millis, type NatsConnection, serve, services, timestamp } from '@tocsin/platform';
import type { RosterDeps } from '../serve-roster.ts';
import { deleteItem } from './delete-item.ts';
import { putDevice, readDevice, removeDevice } from './devices.ts';
import type { Edited } from './edit.ts';
import { onCallAt } from './on-call.ts';
import { deleteOverride, putOverride } from './overrides.ts';
import { putItem } from './put-item.ts';
import { readDirectory } from './read-directory.ts';
import { confirmVerification, startVerification } from './verification.ts';

/** Answers `tocsin.roster.v1.Directory`: an organisation as people read and edit it. */
export function serveDirectory(nc: NatsConnection, deps: RosterDeps): { stop(): Promise<void> } {
  const { snapshots, log } = deps;
  const answer = (organisationId: string, { revision, changes, id }: Edited & { id: string }, dryRun = false) => {
    if (changes.length > 0 && !dryRun)
      log.info({ organisationId, revision, changes: changes.length }, 'organisation edited');
    return { revision: BigInt(revision), changes, id };
  };
  return serve(
    nc,
    services.directory,
    {
      read: (request) => readDirectory(deps, request),
      put: async (request) => answer(request.organisationId, await putItem(deps, request), request.dryRun),
      delete: async (request) =>
        answer(request.organisationId, { ...(await deleteItem(deps, request)), id: request.id }),
      putOverride: async (request, { key }) => answer(request.organisationId, await putOverride(deps, request, key)),
      deleteOverride: async (request) => answer(request.organisationId, await deleteOverride(deps, request)),
      putDevice: async (request) => {
        const { id: contactMethodId, ...edited } = answer(request.organisationId, await putDevice(deps, request));
        return { ...edited, contactMethodId };
      },
      readDevice: (request) => readDevice(deps, request),
      removeDevice: async (request) => answer(request.organisationId, await removeDevice(deps, request)),
      onCall: async (request, { deadlineAt }) => {
        const at = millis(request.at);
        if (at === undefined) throw new InvalidInput('must be given', { code: 'missing', field: 'at' });
        return onCallAt(await snapshots.current(request.organisationId, deadlineAt), request, at);
      },
      startVerification: async (request) => {
        const { code, expiresAt } = await startVerification(deps, request);
        return { code, expiresAt: timestamp(expiresAt.getTime()) };
      },
      confirmVerification: async (request) => ({
        verifiedAt: timestamp((await confirmVerification(deps, request)).getTime()),
      }),
    },
    { log },
  );
}
