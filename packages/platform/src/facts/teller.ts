import { JetStreamApiError, type JetStreamClient, jetstream } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/nats-core';
import { isUp, onReconnect } from '../nats/link.ts';
import { makeRoom } from '../nats/make-room.ts';
import { facts, type StreamName } from '../nats/topology.ts';
import { traceHeader } from '../rpc/headers.ts';
import { crashPoint } from '../runtime/crash-point.ts';
import type { Logger } from '../runtime/log.ts';
import { platformMetrics } from '../telemetry/catalogue.ts';
import { type SpanSpec, startSpan } from '../telemetry/spans.ts';
import { telemetryOf } from '../telemetry/telemetry.ts';
import { toTraceparent } from '../telemetry/trace.ts';
import type { FactStore, UntoldFact } from './fact-store.ts';

export interface TellerOptions {
  nc: NatsConnection;
  store: FactStore;
  log: Logger;
  /** How often what nobody nudged is looked for. 2 s where absent. */
  sweepEveryMs?: number;
  /** Facts read from the store, and acknowledgements waited for, at once. 256 where absent. */
  batch?: number;
  /** How long a nudge waits for others, where nobody waits for the facts: many then cost one look at the store. 0 where absent. */
  gatherMs?: number;
}

export interface Teller {
  /** Something was stored: tell it now. Costs nothing when called often. */
  nudge(): void;
  /** Finishes what is being told. */
  stop(): Promise<void>;
}

/** What was just stored is told by the nudge of whoever stored it; the sweep leaves it a moment. */
const sweepOlderThanMs = 1_000;
/** A stream's server acknowledges within milliseconds, or it is in trouble. */
const acknowledgeWithinMs = 5_000;
/** Maximum bytes or messages exceeded. */
const streamFull = 10077;

/**
 * Tells stored facts on their streams: at once on `nudge`, and by sweep what a crash or an outage left untold. A fact counts
 * as told once the stream has stored it, now or before; the id makes a second telling harmless.
 */
export function createTeller(options: TellerOptions): Teller {
  const { nc, store, log, sweepEveryMs = 2_000, batch = 256, gatherMs = 0 } = options;
  const js = jetstream(nc, { timeout: acknowledgeWithinMs });
  const { service, metrics } = telemetryOf(nc);
  const count = metrics.counter(platformMetrics.factsTold);
  let stopped = false;
  let nudged = false;
  let running: Promise<void> | undefined;

  const tellAll = async (olderThanMs: number) => {
    while (!stopped && isUp(nc)) {
      const untold = await store.untold(batch, olderThanMs);
      if (untold.length === 0) return;
      const outcomes = await Promise.all(untold.map((fact) => tell(js, fact, service)));
      for (const [index, { subject }] of untold.entries()) {
        count({ fact: subject, outcome: outcomes[index] === 'told' ? 'told' : 'failed' });
      }
      await crashPoint('teller.published');
      const told = untold.filter((_, index) => outcomes[index] === 'told');
      if (told.length > 0) await store.markTold(told.map(({ id }) => id));
      const failures = outcomes.filter((outcome) => outcome !== 'told');
      if (failures.length > 0) return await onFailures(failures);
      if (untold.length < batch) return;
    }
  };

  const onFailures = async (failures: Failure[]) => {
    log.warn({ err: failures[0]?.error, facts: failures.length }, 'facts not told, will be told again');
    for (const stream of new Set(failures.filter(({ full }) => full).map(({ subject }) => streamOf(subject)))) {
      if (!stream) continue;
      log.warn({ stream, purged: await makeRoom(nc, stream) }, 'stream full, made room from what was read');
    }
  };

  const round = (olderThanMs: number) => {
    running ??= tellAll(olderThanMs)
      .catch((err) => log.warn({ err }, 'telling facts failed, will be tried again'))
      .finally(() => {
        running = undefined;
        if (nudged && !stopped) nudge();
      });
  };

  const nudge = () => {
    nudged = running !== undefined;
    if (!stopped) round(0);
  };

  let gathering: NodeJS.Timeout | undefined;
  const nudgeSoon = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      nudge();
    }, gatherMs);
  };

  const timer = setInterval(() => round(sweepOlderThanMs), sweepEveryMs);
  const forgetReconnect = onReconnect(nc, nudge);
  nudge();

  return {
    nudge: gatherMs > 0 ? nudgeSoon : nudge,
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(gathering);
      forgetReconnect();
      await running;
    },
  };
}

interface Failure {
  subject: string;
  error: unknown;
  full: boolean;
}

async function tell(js: JetStreamClient, fact: UntoldFact, scope: string): Promise<'told' | Failure> {
  const sent = headers();
  const span = fact.trace === undefined ? undefined : startSpan(fact.trace, publishing(scope, fact.subject));
  if (span) sent.set(traceHeader, toTraceparent(span.trace));
  try {
    // `duplicate` in the acknowledgement means told before: the stream has it.
    await js.publish(fact.subject, fact.bytes, { msgID: fact.id, headers: sent });
    return 'told';
  } catch (error) {
    span?.fail('not-told');
    return { subject: fact.subject, error, full: error instanceof JetStreamApiError && error.code === streamFull };
  } finally {
    span?.end();
  }
}

function publishing(scope: string, subject: string): SpanSpec {
  return {
    scope,
    name: `send ${subject}`,
    kind: 'producer',
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.type': 'send',
      'messaging.destination.name': subject,
    },
  };
}

function streamOf(subject: string): StreamName | undefined {
  const area = subject.slice(0, subject.indexOf('.'));
  return Object.values(facts).find((fact) => fact.subject().startsWith(`${area}.`))?.stream;
}
