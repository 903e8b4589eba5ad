import type { ResolvedLayer, Target } from '@tocsin/domain';
import { type Client, crashPoint, timestamp, toApplicationFailure } from '@tocsin/platform';
import type { Incidents } from '@tocsin/proto/incident/v1';
import type { Roster } from '@tocsin/proto/roster/v1';
import { ACTIVITY_TIMES, type LookUpActivities } from '../../contracts/index.ts';
import { layerFrom, policyFrom } from './from-proto.ts';
import { layerTo, targetsTo } from './to-proto.ts';

export interface LookUpDeps {
  roster: Client<typeof Roster>;
  incidents: Client<typeof Incidents>;
}

const timeoutMs = ACTIVITY_TIMES.lookUp.request;

/** Questions to the roster. Each answer is stored before it is used, and the first one stored is the one that counts. */
export function createLookUpActivities({ roster, incidents }: LookUpDeps): LookUpActivities {
  async function resolve(organisationId: string, targets: Target[]): Promise<ResolvedLayer> {
    const request = { organisationId, targets: targetsTo(targets), at: timestamp(Date.now()) };
    return layerFrom(await roster.resolve(request, { timeoutMs }));
  }

  return {
    beginEscalation: async ({ incidentId, organisationId, effect }) => {
      try {
        const { policyId, escalationId } = effect;
        const answer = await roster.begin({ organisationId, policyId, at: timestamp(Date.now()) }, { timeoutMs });
        if (!answer.policy) throw new Error('the roster answered without a policy');
        const policy = policyFrom(answer.policy);
        // Round 0 keeps who would answer as of now: they are used where the roster stays silent, in a life made again too.
        const asOfNow = [...answer.layers, answer.catchAll].map((one, index) => ({
          round: 0,
          layer: index + 1,
          people: one,
        }));
        const layersToStore = [{ round: 1, layer: 1, people: answer.layers[0] ?? answer.catchAll }, ...asOfNow];
        const { layers: stored } = await incidents.storeLayers(
          {
            layers: layersToStore.map(({ people, ...at }) => {
              return { incidentId, escalationId, ...at, people: layerTo(layerFrom(people)) };
            }),
          },
          { timeoutMs },
        );
        const [first, ...kept] = stored.map(layerFrom);
        if (!first || kept.length !== asOfNow.length) throw new Error('not all layers were stored');
        kept[0] = first;
        const layers = kept.slice(0, answer.layers.length);
        const catchAll = kept[answer.layers.length] ?? first;
        await crashPoint('worker.begun');
        return { kind: 'begun', effectId: effect.id, policy, layers, catchAll, reason: answer.reason };
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },

    resolveLayer: async ({ incidentId, organisationId, effect }) => {
      try {
        const { escalationId, round, layer } = effect;
        const found = effect.known ?? (await resolve(organisationId, effect.targets));
        const people = layerTo(found);
        const stored = await incidents.storeLayer({ incidentId, escalationId, round, layer, people }, { timeoutMs });
        return { kind: 'layer-resolved', effectId: effect.id, layer: layerFrom(stored) };
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
