import { until } from '@tocsin/platform';
import { type BenchContext, type Benchmark, type Finding, mustBe } from '../benchmark.ts';
import { alert } from '../load/alert.ts';
import { sideBySide } from '../load/pace.ts';
import { createSender, type Sender } from '../load/sender.ts';
import { cpuFor } from '../machine/process-usage.ts';
import { digits } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

const CONNECTIONS = 128;
/** A process that has just started compiles more than it works. */
const WARM_UP = 10_000;
const WARM_UP_KEYS = 20;
const MOST_CPU_US = 200;

interface Storm {
  alerts: number;
  keys: number;
  acceptSeconds: number;
  seconds: number;
  /** Milliseconds of processor time an alert, by process. */
  cpu: Map<string, number>;
}

/** 100,000 alerts over 50 keys, one in a post: as monitors send them. */
export const storm: Benchmark = {
  name: 'storm',
  run: async (context) => findingOf(await stormOf(context, 1), 'one a post', MOST_CPU_US),
};

/** The same, a hundred in a post: as a forwarder sends them. */
export const batchedStorm: Benchmark = {
  name: 'storm-batched',
  run: async (context) => findingOf(await stormOf(context, 100), 'a hundred a post'),
};

function stormOf(context: BenchContext, perPost: number): Promise<Storm> {
  const alerts = context.quick ? 10_000 : 100_000;
  const keys = context.quick ? 5 : 50;
  return withSystem(context, { layers: [['ada']], tryFor: '1h', catchAllEvery: '1h' }, async (system) => {
    const sender = createSender(system.intakeUrl, CONNECTIONS);
    try {
      context.say('warming up');
      await postAll(sender, keysOf('warm-up', WARM_UP_KEYS, WARM_UP), perPost);
      await decided(system, WARM_UP);
      await paged(system, WARM_UP_KEYS);
      context.say(`${alerts} alerts, ${perPost} a post`);
      const before = await system.usage();
      const startedAt = performance.now();
      await postAll(sender, keysOf('key', keys, alerts), perPost);
      const acceptSeconds = (performance.now() - startedAt) / 1_000;
      await decided(system, WARM_UP + alerts);
      const seconds = (performance.now() - startedAt) / 1_000;
      await paged(system, WARM_UP_KEYS + keys);
      const after = await system.usage();
      return { alerts, keys, acceptSeconds, seconds, cpu: cpuFor(before, after, alerts) };
    } finally {
      sender.close();
    }
  });
}

function keysOf(name: string, keys: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index % keys}`);
}

function postAll(sender: Sender, keys: string[], perPost: number): Promise<void> {
  return sideBySide(keys.length / perPost, CONNECTIONS, async (post) => {
    const alerts = keys.slice(post * perPost, (post + 1) * perPost).map((key) => alert(key));
    const body = JSON.stringify(perPost === 1 ? alerts[0] : alerts);
    mustBe('answer to a post', await sender.post(body), 202);
  });
}

/** Every alert is stored, told, folded, and has its decision. */
async function decided({ db }: MeasuredSystem, alerts: number): Promise<void> {
  await until(
    async () => {
      const open = await db.collection('tellings').findOne({ urgency: 'high', tellAt: { $exists: true } });
      return !open && (await db.collection('alerts').countDocuments()) === alerts;
    },
    { timeoutMs: 600_000, everyMs: 250, what: 'every alert to be decided' },
  );
}

/** An incident a key and a page for each on both channels, and no more: else the figures are of another product. */
async function paged(system: MeasuredSystem, keys: number): Promise<void> {
  const pages = () => system.carrier.record().filter((one) => one.kind === 'message' || one.kind === 'call').length;
  await until(() => pages() >= keys * 2, { timeoutMs: 120_000, what: 'every incident to be paged' });
  await system.quiet();
  mustBe('pages', pages(), keys * 2);
  const { incidents } = await system.incidents.list({ organisationId: 'acme', limit: 500 });
  mustBe('incidents', incidents.length, keys);
}

function findingOf(one: Storm, how: string, mostCpuUs?: number): Finding {
  const what = `storm of ${one.alerts.toLocaleString('en-GB')} alerts over ${one.keys} keys, ${how}`;
  const cpuUs = [...one.cpu.values()].reduce((sum, one) => sum + one, 0) * 1_000;
  return {
    rows: [
      { measure: `${what}: accepted a second`, result: digits(one.alerts / one.acceptSeconds) },
      { measure: `${what}: decided a second`, result: digits(one.alerts / one.seconds) },
      {
        measure: `${what}: CPU an alert, all services and engines`,
        result: `${digits(cpuUs)} µs`,
        ...(mostCpuUs ? { expected: { what: `≤ ${mostCpuUs} µs`, met: cpuUs <= mostCpuUs } } : {}),
      },
      { measure: `${what}: incidents, pages`, result: `${one.keys}, ${one.keys * 2}` },
    ],
    details: [
      {
        title: `CPU of a stormed alert, ${how}, by process`,
        note: 'User and system time, from the first post until the last alert was decided and the last page sent, on a system that has been in use; sender and carrier apart.',
        head: ['process', 'µs an alert'],
        rows: [...one.cpu].map(([name, cpuMs]) => [name, digits(cpuMs * 1_000)]),
      },
    ],
    samples: { ...one, cpu: Object.fromEntries(one.cpu) },
  };
}
