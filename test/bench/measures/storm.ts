import { until } from '@tocsin/platform';
import { type BenchContext, type Benchmark, type Finding, mustBe, type Row, type Table } from '../benchmark.ts';
import { alert } from '../load/alert.ts';
import { sideBySide } from '../load/pace.ts';
import { createSender } from '../load/sender.ts';
import type { Usage } from '../machine/process-usage.ts';
import { digits } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

const KEYS = 50;
const CONNECTIONS = 128;
const MOST_CPU_US = 200;

interface Storm {
  alerts: number;
  acceptSeconds: number;
  seconds: number;
  /** Microseconds of processor time an alert, by process. */
  cpu: Map<string, number>;
}

/** 100,000 alerts over 50 keys, one in a post, then a hundred in a post. */
export const storm: Benchmark = {
  name: 'storm',
  async run(context): Promise<Finding> {
    const alerts = context.quick ? 10_000 : 100_000;
    const single = await stormOf(context, alerts, 1);
    const batched = await stormOf(context, alerts, 100);
    return {
      rows: [...rowsOf(single, 'one a post', true), ...rowsOf(batched, 'a hundred a post', false)],
      details: [cpuTable(single, batched)],
      samples: { single: plain(single), batched: plain(batched) },
    };
  },
};

function stormOf(context: BenchContext, alerts: number, perPost: number): Promise<Storm> {
  return withSystem(context, { layers: [['ada']], tryFor: '1h', catchAllEvery: '1h' }, async (system) => {
    const sender = createSender(system.intakeUrl, CONNECTIONS);
    try {
      context.say(`${alerts} alerts, ${perPost} a post`);
      const before = await system.usage();
      const startedAt = performance.now();
      await sideBySide(alerts / perPost, CONNECTIONS, async (post) => {
        const alerts = keys(post * perPost, perPost).map((key) => alert(key));
        const body = JSON.stringify(perPost === 1 ? alerts[0] : alerts);
        mustBe('answer to a post', await sender.post(body), 202);
      });
      const acceptSeconds = (performance.now() - startedAt) / 1_000;
      await decided(system, alerts);
      const seconds = (performance.now() - startedAt) / 1_000;
      await system.quiet();
      const after = await system.usage();
      await check(system);
      return { alerts, acceptSeconds, seconds, cpu: perAlert(before, after, alerts) };
    } finally {
      sender.close();
    }
  });
}

function keys(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `key-${(first + index) % KEYS}`);
}

/** Every alert is stored, told, folded, and has its decision. */
async function decided({ db }: MeasuredSystem, alerts: number): Promise<void> {
  await until(
    async () => {
      if (
        await db
          .collection('alerts')
          .findOne({ urgency: 'high', tellAt: { $exists: true } }, { projection: { _id: 1 } })
      )
        return false;
      return (await db.collection('alerts').countDocuments()) === alerts;
    },
    { timeoutMs: 600_000, everyMs: 250, what: 'every alert to be decided' },
  );
}

/** One incident a key, and one page a key, person and channel: else the figures are of another product. */
async function check({ incidents, carrier }: MeasuredSystem): Promise<void> {
  const { incidents: all } = await incidents.list({ organisationId: 'acme', limit: 500 });
  mustBe('incidents', all.length, KEYS);
  const pages = carrier.record().filter((one) => one.kind === 'message' || one.kind === 'call');
  mustBe('pages', pages.length, KEYS * 2);
}

function perAlert(before: Map<string, Usage>, after: Map<string, Usage>, alerts: number): Map<string, number> {
  return new Map(
    [...after].map(([name, { cpuMs }]) => [name, ((cpuMs - (before.get(name)?.cpuMs ?? 0)) * 1_000) / alerts]),
  );
}

function total({ cpu }: Storm): number {
  return [...cpu.values()].reduce((sum, one) => sum + one, 0);
}

function rowsOf(one: Storm, how: string, isBounded: boolean): Row[] {
  const what = `storm of ${one.alerts.toLocaleString('en-GB')} alerts over ${KEYS} keys, ${how}`;
  const cpu = total(one);
  return [
    { measure: `${what}: accepted a second`, result: digits(one.alerts / one.acceptSeconds) },
    { measure: `${what}: decided a second`, result: digits(one.alerts / one.seconds) },
    {
      measure: `${what}: CPU an alert, all services and engines`,
      result: `${digits(cpu)} µs`,
      ...(isBounded ? { expected: { what: `≤ ${MOST_CPU_US} µs`, met: cpu <= MOST_CPU_US } } : {}),
    },
    { measure: `${what}: incidents, pages`, result: `${KEYS}, ${KEYS * 2}` },
  ];
}

function cpuTable(single: Storm, batched: Storm): Table {
  return {
    title: 'CPU of a stormed alert, by process',
    note: 'User and system time, from the first post until the last alert was decided and the last page sent; sender and carrier apart.',
    head: ['process', 'one a post, µs', 'a hundred a post, µs'],
    rows: [...single.cpu].map(([name, us]) => [name, digits(us), digits(batched.cpu.get(name) ?? 0)]),
  };
}

function plain({ cpu, ...rest }: Storm) {
  return { ...rest, cpu: Object.fromEntries(cpu) };
}
