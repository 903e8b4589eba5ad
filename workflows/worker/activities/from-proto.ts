import type { Channel, NotificationRule, Policy, Reachable, ResolvedLayer, Target } from '@tocsin/domain';
import {
  Channel as ProtoChannel,
  type ResolvedLayer as ProtoLayer,
  type Policy as ProtoPolicy,
  type NotificationRule as ProtoRule,
  type Target as ProtoTarget,
  TargetKind,
} from '@tocsin/proto/roster/v1';

const CHANNELS: Record<number, Channel> = {
  [ProtoChannel.SMS]: 'sms',
  [ProtoChannel.VOICE]: 'voice',
  [ProtoChannel.PUSH]: 'push',
  [ProtoChannel.CHAT]: 'chat',
  [ProtoChannel.EMAIL]: 'email',
};
const KINDS: Record<number, Target['kind']> = {
  [TargetKind.PERSON]: 'person',
  [TargetKind.SCHEDULE]: 'schedule',
  [TargetKind.TEAM]: 'team',
};

/** The roster's answers in the plan's words. What this version does not know is left out, not guessed. */
export function policyFrom(policy: ProtoPolicy): Policy {
  return {
    id: policy.id,
    version: policy.version,
    layers: policy.layers.map((layer) => ({
      targets: layer.targets.flatMap(targetFrom),
      tryForMs: Number(layer.tryForMs),
    })),
    rounds: policy.rounds,
    catchAll: policy.catchAll.flatMap(targetFrom),
    catchAllEveryMs: Number(policy.catchAllEveryMs),
    ackTimeoutMs: Number(policy.ackTimeoutMs),
  };
}

export function layerFrom(layer: ProtoLayer | undefined): ResolvedLayer {
  return {
    people: layer?.people.map(personFrom) ?? [],
    gaps: layer?.gaps ?? [],
    passedOver: layer?.passedOver.map(({ personId, because, reason }) => ({ personId, because, reason })) ?? [],
  };
}

function personFrom(person: ProtoLayer['people'][number]): Reachable {
  const { personId, because } = person;
  return { personId, because, high: person.high.flatMap(ruleFrom), low: person.low.flatMap(ruleFrom) };
}

function ruleFrom(rule: ProtoRule): NotificationRule[] {
  const channel = CHANNELS[rule.channel];
  const { contactMethodId, delayMs, repeats, repeatEveryMs } = rule;
  return channel ? [{ contactMethodId, channel, delayMs, repeats, repeatEveryMs }] : [];
}

function targetFrom(target: ProtoTarget): Target[] {
  const kind = KINDS[target.kind];
  return kind ? [{ kind, id: target.id }] : [];
}
