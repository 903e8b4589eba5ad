import type { DescMessage } from '@bufbuild/protobuf';
import { type ConsumerInfo, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { type ConsumerEntry, consumers, type StreamName } from './topology.ts';

/**
 * Frees the older half of what every durable consumer of a stream has read, and nothing that one has not, but for those that yield.
 * Returns how many messages went.
 */
export async function makeRoom(nc: NatsConnection, stream: StreamName): Promise<number> {
  const manager = await jetstreamManager(nc, { timeout: 5_000, checkAPI: false });
  // The stream is looked at before its consumers: what arrives in between is not counted as read.
  const { first_seq: first, last_seq: last } = (await manager.streams.info(stream)).state;
  let read = last;
  for (const consumer of Object.values(consumers).filter(
    (entry: ConsumerEntry<DescMessage>) => entry.stream === stream && !entry.yields,
  )) {
    read = Math.min(read, readThrough(await manager.consumers.info(stream, consumer.durable), last));
  }
  if (read < first) return 0;
  const { purged } = await manager.streams.purge(stream, { seq: first + Math.ceil((read - first + 1) / 2) });
  return purged;
}

/** The floor of a filtered consumer stands still while nothing passes its filter. */
function readThrough(info: ConsumerInfo, last: number): number {
  return info.num_pending === 0 && info.num_ack_pending === 0 ? last : info.ack_floor.stream_seq;
}
