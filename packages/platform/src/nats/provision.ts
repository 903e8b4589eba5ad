import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/nats-core';
import { Unavailable } from '../errors/errors.ts';
import { whenUp } from './link.ts';
import { consumers, type StreamEntry, streams } from './topology.ts';

export interface ProvisionOptions {
  /** Copies of each message: 3 in a cluster over three zones, 1 where absent. */
  replicas?: number;
  /** A stream's bound, where it is not the table's. */
  maxBytes?: number;
}

/**
 * Makes the streams and consumers of the topology, and changes those that differ. Safe to run again, and beside running services.
 * What the table no longer names is left alone: the version before may still read it.
 */
export async function provision(nc: NatsConnection, { replicas = 1, maxBytes }: ProvisionOptions = {}): Promise<void> {
  if (!(await whenUp(nc, 10_000))) throw new Unavailable('the message bus does not answer', { code: 'bus-away' });
  const manager = await jetstreamManager(nc, { timeout: 10_000 });
  for (const stream of streams)
    await provisionStream(manager, { ...stream, ...(maxBytes ? { maxBytes } : {}) }, replicas);
  for (const consumer of Object.values(consumers)) {
    await manager.consumers.add(consumer.stream, {
      durable_name: consumer.durable,
      filter_subject: consumer.filter,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: nanos(consumer.ackWaitMs),
      max_ack_pending: consumer.maxAckPending,
      max_deliver: -1,
    });
  }
}

/**
 * A full stream refuses new facts instead of dropping old ones that somebody may not have read: the refused stay untold in
 * their store, and the teller makes room from what every consumer has read.
 */
async function provisionStream(manager: JetStreamManager, stream: StreamEntry, replicas: number): Promise<void> {
  const changeable = {
    subjects: stream.subjects,
    max_age: nanos(stream.maxAgeMs),
    max_bytes: stream.maxBytes,
    discard: DiscardPolicy.New,
    duplicate_window: nanos(stream.duplicateWindowMs),
    num_replicas: replicas,
  };
  try {
    await manager.streams.info(stream.name);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)) throw error;
    await manager.streams.add({
      ...changeable,
      name: stream.name,
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
    });
    return;
  }
  await manager.streams.update(stream.name, changeable);
}
