import type { Target } from '@tocsin/domain';
import type { Organisation } from './organisation.ts';

/** What still refers to an item, in words: what has to change before it can go. */
export function referrersOf(whole: Organisation, kind: string, id: string): string[] {
  const { organisation, teams, schedules, policies } = whole;
  const found: string[] = [];
  if (kind === 'policy' && organisation.defaultPolicyId === id) found.push('organisation, default policy');
  if (kind === 'person') {
    for (const team of teams) if (team.memberIds.includes(id)) found.push(`team ${team.id}`);
    for (const schedule of schedules) {
      for (const one of schedule.rotations) {
        if (one.memberIds.includes(id)) found.push(`schedule ${schedule.id}, rotation ${one.id}`);
      }
      for (const one of schedule.overrides) {
        if (one.personId === id) found.push(`schedule ${schedule.id}, override ${one.id}`);
      }
    }
  }
  const names = (targets: Target[]) => targets.some((target) => target.kind === kind && target.id === id);
  for (const policy of policies) {
    for (const [at, layer] of policy.layers.entries()) {
      if (names(layer.targets)) found.push(`policy ${policy.id}, layer ${at + 1}`);
    }
    if (names(policy.catchAll)) found.push(`policy ${policy.id}, catch-all`);
  }
  return found;
}
