import type { NotificationKey, NotificationKind, NotificationRule, ResolvedLayer, Target } from '@tocsin/domain';
import { NotificationKind as ProtoKind } from '@tocsin/proto/page/v1';
import { Channel as ProtoChannel, TargetKind } from '@tocsin/proto/roster/v1';

const CHANNELS: Record<NotificationRule['channel'], ProtoChannel> = {
  sms: ProtoChannel.SMS,
  voice: ProtoChannel.VOICE,
  push: ProtoChannel.PUSH,
  chat: ProtoChannel.CHAT,
  email: ProtoChannel.EMAIL,
};
const KINDS: Record<NotificationKind, ProtoKind> = {
  page: ProtoKind.PAGE,
  taken: ProtoKind.TAKEN,
  update: ProtoKind.UPDATE,
  resolved: ProtoKind.RESOLVED,
};
const TARGETS: Record<Target['kind'], TargetKind> = {
  person: TargetKind.PERSON,
  schedule: TargetKind.SCHEDULE,
  team: TargetKind.TEAM,
};

/** The plan's words in the wire's. The plan lives inside one organisation; on the wire a key says whose people it names. */
export function keyTo(key: NotificationKey, organisationId: string) {
  return { ...key, organisationId, kind: KINDS[key.kind] };
}

export function targetsTo(targets: readonly Target[]) {
  return targets.map(({ kind, id }) => ({ kind: TARGETS[kind], id }));
}

export function layerTo({ people, gaps, passedOver }: ResolvedLayer) {
  return {
    people: people.map((person) => ({ ...person, high: person.high.map(ruleTo), low: person.low.map(ruleTo) })),
    gaps,
    passedOver: passedOver ?? [],
  };
}

function ruleTo(rule: NotificationRule) {
  return { ...rule, channel: CHANNELS[rule.channel] };
}
