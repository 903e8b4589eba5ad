import type { StoredLayer } from '@tocsin/domain';
import type { StoredLayer as ProtoLayer } from '@tocsin/proto/incident/v1';
import { resolvedLayerFrom } from '../../roster/resolved-layer.ts';

/** Who the layers were, as the ladder reads it. */
export function layersFrom(layers: readonly ProtoLayer[]): StoredLayer[] {
  return layers.map(({ escalationId, round, layer, people }) => ({
    escalationId,
    round,
    layer,
    people: resolvedLayerFrom(people),
  }));
}
