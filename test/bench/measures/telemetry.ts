import { createTelemetry, enterSpan, inSpan, until, withTrace } from '@tocsin/platform';
import { type CollectedSpan, startCollector } from '../../harness/collector.ts';
import { type BenchContext, type Benchmark, type Finding, mustBe } from '../benchmark.ts';
import { alert } from '../load/alert.ts';
import { cpuFor } from '../machine/process-usage.ts';
import { pagesIn } from '../pages.ts';
import { percentile } from '../report/percentiles.ts';
import { digits } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

const CHANNELS = 2;
const WARM_UP = 25;
/** Of the processor time of an incident that the spans which nobody records may take. */
const MOST_PERCENT_OFF = 0.5;

interface Lived {
  /** Of each incident: post → first request at the carrier. */
  pagedMs: number[];
  cpuMs: number;
}

/** What tracing costs: the spans that nobody records, and an incident's way with them and with all of them sent to a collector. */
export const telemetry: Benchmark = {
  name: 'telemetry',
  async run(context): Promise<Finding> {
    const hooks = await hookCosts(context.quick ? 20 : 100);
    context.say('incidents with tracing off');
    const off = await lives(context, {});
    context.say('incidents with every span sent to a collector');
    const collector = await startCollector();
    let on: Lived;
    try {
      on = await lives(context, {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '500',
      });
    } finally {
      await collector.stop();
    }
    mustBe('what the collector did not understand', collector.problems.length, 0);
    const spans = spansOfAnIncident(collector.spans);
    const offMicros = (spans * Math.max(hooks.enter, hooks.inner, 0)) / 1e3;
    const offPercent = (offMicros / 1e3 / off.cpuMs) * 100;
    const [offP50, onP50] = [percentile(off.pagedMs, 0.5), percentile(on.pagedMs, 0.5)];
    return {
      rows: [
        {
          measure: 'a span that nobody records, over the call without it: of a request, of a step inside',
          result: `${digits(hooks.enter)}, ${digits(hooks.inner)} ns`,
        },
        { measure: 'a duration counted in a histogram', result: `${digits(hooks.counted)} ns` },
        {
          measure: `an incident's ${Math.round(spans)} spans while nobody records them, of its processor time`,
          result: `${digits(offMicros)} µs of ${digits(off.cpuMs)} ms`,
          expected: { what: `≤ ${MOST_PERCENT_OFF} %`, met: offPercent <= MOST_PERCENT_OFF },
        },
        {
          measure: 'CPU of an incident, all spans recorded and sent, to none',
          result: `× ${(on.cpuMs / off.cpuMs).toFixed(2)}`,
        },
        {
          measure: 'POST → first provider request, one at a time, p50: none recorded, all recorded and sent',
          result: `${digits(offP50)}, ${digits(onP50)} ms (× ${(onP50 / offP50).toFixed(2)})`,
        },
      ],
      samples: { hooks, off, on, spans },
    };
  },
};

/** Incidents one after the other on a system of their own, each paged on two channels. */
function lives(context: BenchContext, env: Record<string, string>): Promise<Lived> {
  const organisation = { layers: [['ada']], tryFor: '1h', catchAllEvery: '1h', env };
  return withSystem(context, organisation, async (system) => {
    for (let index = 0; index < WARM_UP; index += 1) await live(system, `warm-up-${index}`);
    await system.quiet();
    const count = context.quick ? 30 : 200;
    const before = await system.usage();
    const pagedMs: number[] = [];
    for (let index = 0; index < count; index += 1) pagedMs.push(await live(system, `measured-${index}`));
    const cpuMs = [...cpuFor(before, await system.usage(), count).values()].reduce((all, one) => all + one, 0);
    return { pagedMs, cpuMs };
  });
}

async function live({ carrier, post }: MeasuredSystem, name: string): Promise<number> {
  const seen = carrier.record().length;
  const pages = () => pagesIn(carrier.record().slice(seen));
  const postedAt = Date.now();
  mustBe('answer to a post', (await post(alert(name))).status, 202);
  await until(() => pages().length >= CHANNELS, { timeoutMs: 30_000, everyMs: 2, what: `the pages of ${name}` });
  mustBe('pages', pages().length, CHANNELS);
  return Math.min(...pages().map((one) => one.receivedAt)) - postedAt;
}

/** Spans of the traces that a post began, over their number. */
function spansOfAnIncident(spans: readonly CollectedSpan[]): number {
  const posts = new Set(spans.filter((one) => one.name === 'POST /v1/in/:key').map((one) => one.traceId));
  return spans.filter((one) => posts.has(one.traceId)).length / posts.size;
}

const CALLS = 20_000;
const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SPEC = { scope: 'bench', name: 'step', kind: 'server' } as const;

/** Nanoseconds a call, medians of rounds in turn: what is slow for a moment is slow for all. */
async function hookCosts(rounds: number): Promise<{ enter: number; inner: number; counted: number }> {
  const work = async () => {};
  const count = createTelemetry('bench').metrics.duration({
    name: 'bench_seconds',
    help: 'Of this bench',
    labels: ['outcome'],
  });
  const ways = {
    // What a request inside always does: its logs have a trace.
    traced: () => withTrace(PARENT, work),
    entered: () => enterSpan(PARENT, SPEC, work),
    alone: () => work(),
    inside: () => inSpan(SPEC, work),
    counted: async () => count({ outcome: 'ok' }, 0.003),
  };
  const took = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, way] of Object.entries(ways)) took[name]!.push(await nanosOf(way));
  }
  const median = (name: keyof typeof ways) => percentile(took[name]!, 0.5);
  return {
    enter: median('entered') - median('traced'),
    inner: median('inside') - median('alone'),
    counted: median('counted') - median('alone'),
  };
}

async function nanosOf(way: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let call = 0; call < CALLS; call += 1) await way();
  return ((performance.now() - startedAt) / CALLS) * 1e6;
}
