import { type Handlers, timestamp } from '@tocsin/platform';
import type { Analytics } from '@tocsin/proto/analytics/v1';
import { beginRebuild } from '../fold/rebuild.ts';
import type { Collections } from '../store/collections.ts';
import { type QueryDeps, query } from './query.ts';
import { parseSettings } from './settings.ts';

export interface HandlerDeps extends QueryDeps {
  collections: Collections;
  /** A rebuild was asked for. */
  rebuildAsked(): void;
}

/** Answers `tocsin.analytics.v1.Analytics`. */
export function createHandlers(deps: HandlerDeps): Handlers<typeof Analytics> {
  const { collections, settings } = deps;
  return {
    query: (request, { deadlineAt }) => query(deps, request, deadlineAt),
    getSettings: ({ organisationId }) => settings.of(organisationId),
    configure: async (request) => {
      const wanted = parseSettings(request.settings);
      await settings.set(request.organisationId, wanted);
      return wanted;
    },
    rebuild: async ({ onlyLook }) => {
      if (!onlyLook) {
        await beginRebuild(collections);
        deps.rebuildAsked();
      }
      const found = await collections.rebuilds.findOne({ _id: 'rebuild' });
      if (!found) return {};
      return {
        running: found.finishedAt === null,
        incidents: BigInt(found.incidents),
        startedAt: timestamp(found.startedAt.getTime()),
        ...(found.finishedAt ? { finishedAt: timestamp(found.finishedAt.getTime()) } : {}),
      };
    },
  };
}
