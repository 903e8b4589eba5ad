import type { Channel, NotificationRule, ResolvedLayer } from '@tocsin/domain';
import {
  Channel as ProtoChannel,
  type ResolvedLayer as ProtoLayer,
  type NotificationRule as ProtoRule,
} from '@tocsin/proto/roster/v1';

/** The people of a layer as the rules read them. */
export function resolvedLayerFrom(layer: ProtoLayer | undefined): ResolvedLayer {
  return {
    people: (layer?.people ?? []).map(({ personId, because, high, low }) => ({
      personId,
      because,
      high: high.flatMap(ruleFrom),
      low: low.flatMap(ruleFrom),
    })),
    gaps: [...(layer?.gaps ?? [])],
    passedOver: (layer?.passedOver ?? []).map(({ personId, because, reason }) => ({ personId, because, reason })),
  };
}

/** A channel that this version does not know is left out, not guessed. */
function ruleFrom({ contactMethodId, channel, delayMs, repeats, repeatEveryMs }: ProtoRule): NotificationRule[] {
  const name = ProtoChannel[channel]?.toLowerCase();
  if (!name || channel === ProtoChannel.UNSPECIFIED) return [];
  return [{ contactMethodId, channel: name as Channel, delayMs, repeats, repeatEveryMs }];
}
