import type { MessageInitShape } from '@bufbuild/protobuf';
import type { BeginRequest, BeginResponseSchema } from '@tocsin/proto/roster/v1';
import { resolveTargets } from '../core/resolve.ts';
import type { Snapshot } from '../store/snapshots.ts';
import { toLayer, toPolicy } from './to-wire.ts';

/**
 * All that an escalation needs to begin, from one moment: the policy's rules, which are frozen by it, and the people of every
 * layer and of the catch-all. A policy that nobody knows (any more) is replaced by the default one, and the reason says so.
 */
export function begin(
  snapshot: Snapshot,
  { policyId }: Pick<BeginRequest, 'policyId'>,
  at: number,
): MessageInitShape<typeof BeginResponseSchema> {
  const named = snapshot.policies.get(policyId);
  const policy = named ?? snapshot.policies.get(snapshot.defaultPolicyId)!;
  return {
    policy: toPolicy(policy),
    layers: policy.layers.map(({ targets }) => toLayer(resolveTargets(snapshot, targets, at))),
    catchAll: toLayer(resolveTargets(snapshot, policy.catchAll, at)),
    reason: named ? 'named' : policyId === '' ? 'default' : `unknown policy ${policyId}, default used`,
  };
}
