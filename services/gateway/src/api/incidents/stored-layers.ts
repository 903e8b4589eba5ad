import type { Channel, NotificationRule, StoredLayer } from '@tocsin/domain';
import type { StoredLayer as ProtoLayer } from '@tocsin/proto/incident/v1';
import { Channel as ProtoChannel, type NotificationRule as ProtoRule } from '@tocsin/proto/roster/v1';

/** Who the layers were, as the ladder reads it. */
export function layersFrom(layers: readonly ProtoLayer[]): StoredLayer[] {
  return layers.map(({ escalationId, round, layer, people }) => ({
    escalationId,
    round,
    layer,
    people: {
      people: (people?.people ?? []).map(({ personId, because, high, low }) => ({
        personId,
        because,
        high: high.flatMap(ruleFrom),
        low: low.flatMap(ruleFrom),
      })),
      gaps: [...(people?.gaps ?? [])],
    },
  }));
}

/** A channel that this version does not know is left out, not guessed. */
function ruleFrom({ contactMethodId, channel, delayMs, repeats, repeatEveryMs }: ProtoRule): NotificationRule[] {
  const name = ProtoChannel[channel]?.toLowerCase();
  if (!name || channel === ProtoChannel.UNSPECIFIED) return [];
  return [{ contactMethodId, channel: name as Channel, delayMs, repeats, repeatEveryMs }];
}
