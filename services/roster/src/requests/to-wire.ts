import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Channel, NotificationRule, Target } from '@tocsin/domain';
import { InvalidInput } from '@tocsin/platform';
import {
  type PolicySchema,
  type ResolvedLayerSchema,
  TargetKind,
  type TargetSchema,
  Channel as WireChannel,
  type Target as WireTarget,
} from '@tocsin/proto/roster/v1';
import type { Resolved } from '../core/resolve.ts';
import type { VersionedPolicy } from '../store/snapshots.ts';

const channels: Record<Channel, WireChannel> = {
  sms: WireChannel.SMS,
  voice: WireChannel.VOICE,
  push: WireChannel.PUSH,
  chat: WireChannel.CHAT,
  email: WireChannel.EMAIL,
};
const targetKinds: Record<Target['kind'], TargetKind> = {
  person: TargetKind.PERSON,
  schedule: TargetKind.SCHEDULE,
  team: TargetKind.TEAM,
};

export function toChannel(channel: Channel): WireChannel {
  return channels[channel];
}

export function fromChannel(wire: WireChannel): Channel {
  const found = Object.entries(channels).find(([, value]) => value === wire);
  if (found) return found[0] as Channel;
  throw new InvalidInput('is not a known channel', { code: 'channel-unknown', field: 'channel' });
}

export function fromTargets(targets: WireTarget[]): Target[] {
  return targets.map(({ kind, id }, at) => {
    const found = Object.entries(targetKinds).find(([, value]) => value === kind);
    if (found) return { kind: found[0] as Target['kind'], id };
    throw new InvalidInput('is not a known kind of target', {
      code: 'target-kind-unknown',
      field: `targets[${at}].kind`,
    });
  });
}

export function toLayer({ people, gaps, passedOver }: Resolved): MessageInitShape<typeof ResolvedLayerSchema> {
  return {
    people: people.map((person) => ({ ...person, high: person.high.map(toRule), low: person.low.map(toRule) })),
    gaps,
    passedOver,
  };
}

export function toPolicy(policy: VersionedPolicy): MessageInitShape<typeof PolicySchema> {
  return {
    id: policy.id,
    version: policy.version,
    layers: policy.layers.map(({ targets, tryForMs }) => ({
      targets: targets.map(toTarget),
      tryForMs: BigInt(tryForMs),
    })),
    rounds: policy.rounds,
    catchAll: policy.catchAll.map(toTarget),
    catchAllEveryMs: BigInt(policy.catchAllEveryMs),
    ackTimeoutMs: BigInt(policy.ackTimeoutMs),
  };
}

function toRule(rule: NotificationRule) {
  return { ...rule, channel: channels[rule.channel] };
}

function toTarget({ kind, id }: Target): MessageInitShape<typeof TargetSchema> {
  return { kind: targetKinds[kind], id };
}
