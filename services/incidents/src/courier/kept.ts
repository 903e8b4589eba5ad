import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import type { Channel, Kept, NotificationRule, ResolvedLayer, StoredLayer } from '@tocsin/domain';
import {
  Channel as ProtoChannel,
  type ResolvedLayer as ProtoLayer,
  type NotificationRule as ProtoRule,
  ResolvedLayerSchema,
} from '@tocsin/proto/roster/v1';
import type { Collections } from '../store/collections.ts';

/** All that is kept of an incident's lives: what a next one is made from. */
export async function keptOf({ log, layers, answers }: Collections, incidentId: string): Promise<Kept> {
  const [entries, stored, decided] = await Promise.all([
    log.find({ incidentId }).sort({ position: 1 }).toArray(),
    // Ids begin with the incident's; '0' comes after '/'.
    layers.find({ _id: { $gte: `${incidentId}/`, $lt: `${incidentId}0` } }).toArray(),
    answers
      .find({ incidentId, decision: { $ne: null } })
      .sort({ storedAt: 1, _id: 1 })
      .toArray(),
  ]);
  return {
    entries: entries.map(({ _id, kind, at, data }) => ({ id: _id, kind, at: at.getTime(), data })) as Kept['entries'],
    layers: stored.map(layerFrom),
    answers: decided.flatMap(({ event, decision }) => (decision ? [{ event, decision }] : [])),
  };
}

function layerFrom({ _id, people }: { _id: string; people: object }): StoredLayer {
  const [, escalationId = '', round, layer] = _id.split('/');
  const stored = fromJson(ResolvedLayerSchema, people as JsonValue, { ignoreUnknownFields: true });
  return { escalationId, round: Number(round), layer: Number(layer), people: peopleFrom(stored) };
}

function peopleFrom({ people, gaps, passedOver }: ProtoLayer): ResolvedLayer {
  return {
    people: people.map(({ personId, because, high, low }) => ({
      personId,
      because,
      high: high.flatMap(ruleFrom),
      low: low.flatMap(ruleFrom),
    })),
    gaps,
    passedOver: passedOver.map(({ personId, because, reason }) => ({ personId, because, reason })),
  };
}

/** A channel that this version does not know is left out, not guessed. */
function ruleFrom({ contactMethodId, channel, delayMs, repeats, repeatEveryMs }: ProtoRule): NotificationRule[] {
  const name = ProtoChannel[channel]?.toLowerCase();
  if (!name || channel === ProtoChannel.UNSPECIFIED) return [];
  return [{ contactMethodId, channel: name as Channel, delayMs, repeats, repeatEveryMs }];
}
