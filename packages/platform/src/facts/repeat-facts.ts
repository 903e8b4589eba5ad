import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/nats-core';
import type { StreamName } from '../nats/topology.ts';
import { traceHeader } from '../rpc/headers.ts';

const WITHIN_MS = 10_000;

/**
 * Tells what a stream holds from an instant on once more, to all its consumers, up to where the stream ends as this begins: for a
 * store that was restored from an older backup, and has forgotten what it made of it. Resolves with the number of facts.
 */
export async function repeatFacts(nc: NatsConnection, stream: StreamName, since: Date): Promise<number> {
  const js = jetstream(nc, { timeout: WITHIN_MS });
  const { state } = await (await js.jetstreamManager()).streams.info(stream);
  const consumer = await js.consumers.get(stream, {
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: since.toISOString(),
  });
  if ((await consumer.info()).num_pending === 0) return 0;
  let repeated = 0;
  for await (const message of await consumer.consume()) {
    if (message.seq > state.last_seq) break;
    const sent = headers();
    const trace = message.headers?.get(traceHeader);
    if (trace) sent.set(traceHeader, trace);
    // Without the id that it was told under: the stream would take it for a repeat, and pass it over.
    await js.publish(message.subject, message.data, { headers: sent });
    repeated += 1;
    if (message.seq === state.last_seq) break;
  }
  return repeated;
}
