import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import { type ConsumerMessages, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { isUp, onReconnect, whenUp } from '../nats/link.ts';
import type { ConsumerEntry } from '../nats/topology.ts';
import { crashPoint } from '../runtime/crash-point.ts';
import type { Logger } from '../runtime/log.ts';
import { createBackoff, sleep } from '../runtime/wait.ts';
import { enterSpan } from '../telemetry/spans.ts';
import { batches } from './batches.ts';
import { watchConsumer } from './consumer-watch.ts';
import { type Delivery, decodeDelivery, type OpenDelivery } from './delivery.ts';

export interface ConsumeOptions {
  log: Logger;
  /** Facts handed over at once. 100 where absent. */
  batch?: number;
  /** How long a batch that is not full waits for more. 10 ms where absent. */
  maxWaitMs?: number;
}

export type BatchHandler<M> = (batch: Delivery<M>[]) => Promise<void>;

/** One pull waits this long; then the next asks again, so that whatever went wrong silently ends by itself. */
const pullMs = 5_000;
/** An answer to "is this consumer there?" may be lost in a disconnect. */
const attachMs = 2_000;
/** A fact that failed this often is handled alone, so that it holds up no others. */
const failsAlone = 3;

/**
 * Hands the facts of a durable consumer to `handler`, batch by batch. What the handler leaves unsettled is acknowledged when
 * it returns, and delivered again, later and later, when it throws. An outage, or a consumer or stream that is gone, never
 * ends it: it attaches again when they are back. `stop` lets the handler finish and gives back what was not handled.
 */
export async function consume<D extends DescMessage>(
  nc: NatsConnection,
  consumer: ConsumerEntry<D>,
  handler: BatchHandler<MessageShape<D>>,
  { log: parentLog, batch: size = 100, maxWaitMs = 10 }: ConsumeOptions,
): Promise<{ stop(): Promise<void> }> {
  const log = parentLog.child({ consumer: consumer.durable });
  const js = jetstream(nc, { timeout: attachMs });
  const stopping = new AbortController();
  const watch = watchConsumer(nc, consumer);
  const backoff = createBackoff({ baseMs: 250, maxMs: 5_000 });
  let pulling: ConsumerMessages | undefined;

  const pullOnce = async (attached: Awaited<ReturnType<typeof js.consumers.get>>) => {
    pulling = await attached.fetch({ max_messages: size, expires: pullMs });
    if (stopping.signal.aborted) pulling.close();
    for await (const messages of batches<JsMsg>(pulling, size, maxWaitMs)) {
      if (stopping.signal.aborted) for (const message of messages) message.nak();
      else await handleBatch(messages);
    }
  };

  const handleBatch = async (messages: JsMsg[]) => {
    const deliveries = messages.map((message) => decodeDelivery(consumer.type, message, log)).filter((one) => !!one);
    watch.undecodable(messages.length - deliveries.length);
    const together = deliveries.filter((one) => one.deliveries <= failsAlone);
    if (together.length > 0) await handle(together);
    for (const one of deliveries) if (one.deliveries > failsAlone) await handle([one]);
  };

  const handle = async (batch: OpenDelivery<MessageShape<D>>[]) => {
    watch.given(batch);
    const open = () => batch.filter((one) => !one.settled());
    const prolong = setInterval(() => {
      for (const one of open()) one.working();
    }, consumer.ackWaitMs / 3);
    try {
      // Alone, it is of the trace of who told it; together, a trace of their own, with links to where each came from.
      const traces = batch.flatMap((one) => one.trace ?? []);
      const [parent, links] = batch.length === 1 ? [traces[0], []] : [undefined, traces];
      await enterSpan(parent, watch.spec(batch.length), () => handler(batch), links);
      await crashPoint('consume.handled');
      for (const one of open()) one.ack();
    } catch (err) {
      log.error({ err, facts: open().length }, 'handling facts failed, they come again');
      for (const one of open()) one.retry(retryDelayMs(one.deliveries));
    } finally {
      clearInterval(prolong);
      watch.settled(batch);
    }
  };

  const run = async () => {
    while (!stopping.signal.aborted && !nc.isClosed()) {
      // What is asked while the bus is away is lost, and would only be noticed by its time-out.
      if (!(await whenUp(nc, 1_000))) continue;
      try {
        const attached = await js.consumers.get(consumer.stream, consumer.durable);
        backoff.reset();
        while (!stopping.signal.aborted) await pullOnce(attached);
      } catch (err) {
        if (stopping.signal.aborted) return;
        log.warn({ err }, 'consumer lost, attaching again');
        await sleep(backoff.next(), stopping.signal).catch(() => {});
      }
    }
  };

  // The server forgot our pull when the connection broke.
  const forgetReconnect = onReconnect(nc, () => void pulling?.close());
  const running = run();

  return {
    async stop() {
      stopping.abort();
      watch.stop();
      forgetReconnect();
      pulling?.close();
      await running;
      if (!isUp(nc)) return;
      const flushed = new AbortController();
      const late = sleep(1_000, flushed.signal).catch(() => {});
      await Promise.race([nc.flush(), late]).finally(() => flushed.abort());
    },
  };
}

/** 1 s and doubling, up to a minute, with jitter of half of it. */
function retryDelayMs(deliveries: number): number {
  const most = Math.min(60_000, 1_000 * 2 ** (deliveries - 1));
  return most / 2 + (Math.random() * most) / 2;
}
