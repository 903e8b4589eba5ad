import type { ResolvedLayer } from '@tocsin/domain';
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
  async function store(
    incidentId: string,
    at: { escalationId: string; round: number; layer: number },
    people: ResolvedLayer,
  ) {
    return layerFrom(await incidents.storeLayer({ incidentId, ...at, people: layerTo(people) }, { timeoutMs }));
  }

  return {
    beginEscalation: async ({ incidentId, organisationId, effect }) => {
      try {
        const { policyId, escalationId } = effect;
        const answer = await roster.begin({ organisationId, policyId, at: timestamp(Date.now()) }, { timeoutMs });
        if (!answer.policy) throw new Error('the roster answered without a policy');
        const policy = policyFrom(answer.policy);
        const layers = answer.layers.map(layerFrom);
        let catchAll = layerFrom(answer.catchAll);
        const first = layers[0];
        if (first) layers[0] = await store(incidentId, { escalationId, round: 1, layer: 1 }, first);
        else catchAll = await store(incidentId, { escalationId, round: 1, layer: 1 }, catchAll);
        await crashPoint('worker.begun');
        return { kind: 'begun', effectId: effect.id, policy, layers, catchAll, reason: answer.reason };
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },

    resolveLayer: async ({ incidentId, organisationId, effect }) => {
      try {
        const { escalationId, round, layer, targets } = effect;
        const found = await roster.resolve(
          { organisationId, targets: targetsTo(targets), at: timestamp(Date.now()) },
          { timeoutMs },
        );
        const stored = await store(incidentId, { escalationId, round, layer }, layerFrom(found));
        return { kind: 'layer-resolved', effectId: effect.id, layer: stored };
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
