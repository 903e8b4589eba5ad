import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { type Consumer, DeliverPolicy, jetstream, type OrderedConsumerOptions } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { whenUp } from '../nats/link.ts';
import type { FactEntry, StreamName } from '../nats/topology.ts';
import type { Logger } from '../runtime/log.ts';
import { createBackoff, sleep } from '../runtime/wait.ts';

export interface Followed<D extends DescMessage> {
  /** The fact's place in its stream: places rise, with gaps where there are facts of other kinds. */
  sequence: number;
  fact: FactEntry<D>;
  message: MessageShape<D>;
}

export interface FollowOptions {
  log: Logger;
  /** How far back it begins. */
  sinceMs: number;
  /** Before any fact: what comes has a higher sequence than `after`, and the stream's newest is `last`. */
  onBegin(begin: { after: number; last: number }): void;
}

const ATTACH_MS = 2_000;

/**
 * Reads facts of one stream in their order, for this process alone: nothing is kept of how far it came but in memory, so each
 * replica sees every fact. An outage never ends it; it goes on behind the last fact that it handed over.
 */
export function follow<D extends DescMessage>(
  nc: NatsConnection,
  stream: StreamName,
  entries: readonly FactEntry<D>[],
  handler: (followed: Followed<D>) => void,
  { log: parentLog, sinceMs, onBegin }: FollowOptions,
): { stop(): Promise<void> } {
  const log = parentLog.child({ stream });
  const bySubject = new Map(entries.map((fact) => [fact.subject(), fact]));
  const stopping = new AbortController();
  const backoff = createBackoff({ baseMs: 250, maxMs: 5_000 });
  const js = jetstream(nc, { timeout: ATTACH_MS });
  let last: number | undefined;
  let reading: { close(): Promise<unknown> } | undefined;

  async function attach(): Promise<Consumer> {
    const filter = { filter_subjects: [...bySubject.keys()] };
    if (last !== undefined) return js.consumers.get(stream, { ...filter, ...from(last + 1) });
    const { state } = await (await js.jetstreamManager()).streams.info(stream);
    const opt_start_time = new Date(Date.now() - sinceMs).toISOString();
    const attached = await js.consumers.get(stream, {
      ...filter,
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time,
    });
    const { num_pending, delivered } = await attached.info();
    // Where nothing waits, all up to the stream's end is older than it looks back.
    const after = num_pending === 0 ? state.last_seq : Math.max(delivered.stream_seq, state.first_seq - 1, 0);
    last = after;
    onBegin({ after, last: state.last_seq });
    return attached;
  }

  async function read(): Promise<void> {
    const messages = await (await attach()).consume();
    reading = messages;
    if (stopping.signal.aborted) await messages.close();
    backoff.reset();
    for await (const message of messages) {
      const fact = bySubject.get(message.subject);
      last = message.seq;
      if (!fact) continue;
      try {
        handler({ sequence: message.seq, fact, message: fromBinary(fact.type, message.data) });
      } catch (err) {
        log.error({ err, sequence: message.seq }, 'fact passed over');
      }
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted && !nc.isClosed()) {
      if (!(await whenUp(nc, 1_000))) continue;
      try {
        await read();
      } catch (err) {
        if (stopping.signal.aborted) return;
        log.warn({ err }, 'stream lost, following again');
        await sleep(backoff.next(), stopping.signal).catch(() => {});
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await reading?.close();
      await running;
    },
  };
}

function from(opt_start_seq: number): Partial<OrderedConsumerOptions> {
  return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq };
}
