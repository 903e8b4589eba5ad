import { create, fromJson, type JsonValue, toJson } from '@bufbuild/protobuf';
import { isDuplicateKey } from '@tocsin/platform';
import type { StoreLayerRequest } from '@tocsin/proto/incident/v1';
import { type ResolvedLayer, ResolvedLayerSchema } from '@tocsin/proto/roster/v1';
import type { Collections } from './store/collections.ts';

/** Stores the people of layers once: of each the first wins, and everybody hears the first. */
export async function storeLayers(
  { layers }: Collections,
  requests: readonly StoreLayerRequest[],
): Promise<ResolvedLayer[]> {
  const at = new Date();
  const wanted = requests.map(({ incidentId, escalationId, round, layer, people = create(ResolvedLayerSchema) }) => ({
    _id: [incidentId, escalationId, round, layer].join('/'),
    incidentId,
    people,
  }));
  try {
    await layers.insertMany(
      wanted.map(({ people, ...row }) => ({ ...row, at, people: toJson(ResolvedLayerSchema, people) as object })),
      { ordered: false },
    );
    return wanted.map((one) => one.people);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const first = await layers.find({ _id: { $in: wanted.map((one) => one._id) } }).toArray();
  const known = new Map(first.map((row) => [row._id, row.people]));
  return wanted.map(({ _id, people }) => {
    const stored = known.get(_id);
    return stored ? fromJson(ResolvedLayerSchema, stored as JsonValue, { ignoreUnknownFields: true }) : people;
  });
}
