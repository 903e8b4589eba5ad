import { create, fromJson, type JsonValue, toJson } from '@bufbuild/protobuf';
import { isDuplicateKey } from '@tocsin/platform';
import type { StoreLayerRequest } from '@tocsin/proto/incident/v1';
import { type ResolvedLayer, ResolvedLayerSchema } from '@tocsin/proto/roster/v1';
import type { Collections } from './store/collections.ts';

/** Stores a layer's people once: the first wins, and everybody hears the first. */
export async function storeLayer({ layers }: Collections, request: StoreLayerRequest): Promise<ResolvedLayer> {
  const { incidentId, escalationId, round, layer } = request;
  const people = request.people ?? create(ResolvedLayerSchema);
  const _id = [incidentId, escalationId, round, layer].join('/');
  try {
    await layers.insertOne({ _id, incidentId, at: new Date(), people: toJson(ResolvedLayerSchema, people) as object });
    return people;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const first = await layers.findOne({ _id });
  return first ? fromJson(ResolvedLayerSchema, first.people as JsonValue, { ignoreUnknownFields: true }) : people;
}
