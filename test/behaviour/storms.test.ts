import { afterEach, describe, expect, test } from '@jest/globals';
import { replyTo } from '../harness/answers.ts';
import { decisionsOf } from '../harness/decisions.ts';
import { type Harness, type HarnessOptions, startHarness, TURNS } from '../harness/harness.ts';

let harness: Harness | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  await running?.stop();
});

async function start(options: HarnessOptions = {}): Promise<Harness> {
  harness = await startHarness(options);
  return harness;
}

/** One more of ingestion and of incidents; resolves with the ports to post to. */
async function secondReplicas(h: Harness): Promise<number[]> {
  await h.tocsin.addReplica('incidents');
  const { port } = await h.tocsin.addReplica('ingestion');
  return [h.tocsin.ports.ingestion, port!];
}

/** Posts all, 40 at a time, to the ports in turn. */
async function postAll(h: Harness, bodies: readonly unknown[], ports = [h.tocsin.ports.ingestion]): Promise<void> {
  let next = 0;
  const sender = async () => {
    while (next < bodies.length) {
      const at = next++;
      const response = await h.post(bodies[at], {}, ports[at % ports.length]);
      expect(response.status).toBe(202);
    }
  };
  await Promise.all(Array.from({ length: 40 }, sender));
}

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  test('the same alert 1,000 times through two replicas is one incident and one set of pages', async () => {
    const h = await start({ turnAfterEvents });
    const ports = await secondReplicas(h);
    await postAll(h, Array(1_000).fill(ALERT), ports);
    await h.until(async () => (await h.list()).reduce((sum, one) => sum + Number(one.alerts), 0) === 1_000, {
      what: 'all alerts to be folded',
    });
    await h.until(() => h.requests('ada').length >= 2, { what: 'ada to be paged' });
    expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
    expect(await h.list()).toMatchObject([{ number: 'INC-1', members: 1, firing: 1 }]);
    expect(h.requests('ada', 'message')).toHaveLength(1);
    expect(h.requests('ada', 'call')).toHaveLength(1);
    const { log } = await h.incident();
    expect(log.filter((entry) => entry.kind === 'layer-started')).toHaveLength(1);
  });

  test('trigger, resolve and trigger in any order over two replicas end firing, and page', async () => {
    const h = await start({ turnAfterEvents });
    const ports = await secondReplicas(h);
    const now = Date.now();
    const life = ['trigger', 'resolve', 'trigger'].map((action, at) => ({
      action,
      source_at: new Date(now - 60_000 + at * 10_000).toISOString(),
    }));
    const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]; // biome-ignore format: one line
    const titles = orders.map((order) => `order ${order.join('')}`);
    await Promise.all(
      orders.flatMap((order, row) =>
        order.map((step, at) =>
          h.post({ ...ALERT, ...life[step], dedup_key: titles[row], title: titles[row] }, {}, ports[(row + at) % 2]),
        ),
      ),
    );
    await h.until(async () => (await decisionsOf(h.db)).size === 18, { what: 'every alert to be decided on' });
    const open = await h.until(
      async () => {
        const found = await h.list(true);
        return found.length === 6 && found.every((one) => one.toldVersion === one.version) && found;
      },
      { what: 'six open incidents, told' },
    );
    expect(open.map((one) => one.title).sort()).toEqual(titles.toSorted());
    for (const one of open) expect(one.firing).toBe(1);
    const texts = () => h.requests('ada', 'message').map((one) => one.body ?? '');
    await h.until(() => open.every((one) => texts().some((text) => text.includes(`${one.number} ${one.title}`))), {
      what: 'a page for each',
    });
    expect((await h.list(true)).map((one) => one.id)).toEqual(open.map((one) => one.id));
  });

  test('a storm of what is known pages nobody again, before the answer or after it', async () => {
    const h = await start({ turnAfterEvents });
    const repeated = { ...ALERT, group_key: 'rack-3' };
    await h.post(repeated);
    await h.until(() => h.requests('ada').length === 2, { what: 'ada to be paged' });
    const storm = async (alerts: bigint) => {
      await postAll(h, Array(10).fill(Array(50).fill(repeated)));
      await h.until(async () => (await h.incident()).incident.alerts === alerts, { what: `${alerts} alerts` });
    };
    await storm(501n);
    expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
    await storm(1_001n);
    // What is new goes to the owner: whatever the storm had to say would have come before it.
    await h.post({ ...repeated, dedup_key: 'db-18' });
    await h.until(() => h.phone('ada').messages.some((one) => one.body.includes('1 new member')), {
      what: 'the owner to be told',
    });
    expect(h.requests('ada', 'message')).toHaveLength(2);
    expect(h.requests('ada', 'call')).toHaveLength(1);
    for (const person of ['ben', 'cleo', 'boss']) expect(h.requests(person)).toEqual([]);
  });
});

test('one critical alert behind 5,000 low ones is told to Temporal before the 50th of them', async () => {
  const h = await start();
  // Nobody carries out what is told: the order of telling is looked at, and 5,000 lives are not.
  await h.tocsin.stopService('worker');
  await h.tocsin.stopService('incidents');
  const low = (index: number) => ({ ...ALERT, dedup_key: `disk-${index}`, severity: 'low', title: `disk ${index}` });
  for (let from = 0; from < 5_000; from += 1_000) {
    await h.post(Array.from({ length: 1_000 }, (_, index) => low(from + index)));
  }
  await h.until(async () => (await h.db.collection('alerts').countDocuments()) === 5_000, { what: 'the low ones' });
  await h.post(ALERT);
  await h.tocsin.startService('incidents');
  const told = () => h.db.collection<{ _id: string; severity: string }>('incidents').find({ toldVersion: { $gt: 0 } });
  await h.until(async () => (await told().toArray()).length >= 60, { timeoutMs: 40_000, what: '60 to be told' });
  await h.tocsin.stopService('incidents');
  const starts = await Promise.all(
    (await told().toArray()).map(async ({ _id, severity }) => {
      const { startTime } = await h.temporal.workflow.getHandle(`incident/${_id}`).describe();
      return { severity, at: startTime.getTime() };
    }),
  );
  const critical = starts.find((one) => one.severity === 'critical');
  expect(critical).toBeDefined();
  expect(starts.filter((one) => one.severity === 'low' && one.at < critical!.at).length).toBeLessThan(50);
}, 90_000);
