import type { Channel, NotificationRule, ResolvedLayer, Target } from '@tocsin/domain';
import { Channel as ProtoChannel, type Target as ProtoTarget, TargetKind } from '@tocsin/proto/roster/v1';
import type { PolicyDefinition } from './core/organisation.ts';

const CHANNELS: Record<Channel, ProtoChannel> = {
  sms: ProtoChannel.SMS,
  voice: ProtoChannel.VOICE,
  push: ProtoChannel.PUSH,
  chat: ProtoChannel.CHAT,
  email: ProtoChannel.EMAIL,
};
const KINDS: Record<Target['kind'], TargetKind> = {
  person: TargetKind.PERSON,
  schedule: TargetKind.SCHEDULE,
  team: TargetKind.TEAM,
};

export function channelTo(channel: Channel): ProtoChannel {
  return CHANNELS[channel];
}

export function channelFrom(channel: ProtoChannel): Channel | undefined {
  return (Object.keys(CHANNELS) as Channel[]).find((one) => CHANNELS[one] === channel);
}

export function targetFrom({ kind, id }: ProtoTarget): Target[] {
  const known = (Object.keys(KINDS) as Target['kind'][]).find((one) => KINDS[one] === kind);
  return known ? [{ kind: known, id }] : [];
}

export function layerTo({ people, gaps }: ResolvedLayer) {
  return { people: people.map((one) => ({ ...one, high: one.high.map(ruleTo), low: one.low.map(ruleTo) })), gaps };
}

/** `version` tells one edit of a policy from another. */
export function policyTo(policy: PolicyDefinition, version: number) {
  const { id, rounds, layers, catchAll, catchAllEveryMs, ackTimeoutMs } = policy;
  const targets = (list: readonly Target[]) => list.map((one) => ({ kind: KINDS[one.kind], id: one.id }));
  return {
    id,
    version: String(version),
    rounds,
    layers: layers.map((layer) => ({ targets: targets(layer.targets), tryForMs: BigInt(layer.tryForMs) })),
    catchAll: targets(catchAll),
    catchAllEveryMs: BigInt(catchAllEveryMs),
    ackTimeoutMs: BigInt(ackTimeoutMs),
  };
}

function ruleTo(rule: NotificationRule) {
  return { ...rule, channel: CHANNELS[rule.channel] };
}
