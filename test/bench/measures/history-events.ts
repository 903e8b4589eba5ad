import { until } from '@tocsin/platform';
import { replyTo } from '../../harness/answers.ts';
import { type Benchmark, type Finding, mustBe, type Table } from '../benchmark.ts';
import { historyOf } from '../history.ts';
import { alert } from '../load/alert.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

interface Life {
  answered: string[];
  closed: string[];
}

/** How many events Temporal keeps of an incident: what it costs there, and what a worker reads to take it over. */
export const historyEvents: Benchmark = {
  name: 'history',
  async run(context): Promise<Finding> {
    const atOnce = await live(context, '1h', async (system) => {
      await replyTo(system.phone('ada'), 'accept');
    });
    const twoLayers = await live(context, '2s', async (system) => {
      await replyTo(system.phone('ben'), 'accept');
    });
    return {
      rows: [
        {
          measure: 'history events of an incident accepted at once: until quiet, until closed',
          result: counts(atOnce),
        },
        {
          measure: 'history events of one that nobody of the first layer answered: until quiet, until closed',
          result: counts(twoLayers),
        },
      ],
      details: [eventTable(atOnce, twoLayers)],
      samples: { atOnce, twoLayers },
    };
  },
};

function live(
  context: Parameters<Benchmark['run']>[0],
  tryFor: string,
  accept: (system: MeasuredSystem) => Promise<void>,
): Promise<Life> {
  return withSystem(context, { layers: [['ada'], ['ben']], tryFor, catchAllEvery: '1h' }, async (system) => {
    mustBe('answer to a post', (await system.post(alert('history'))).status, 202);
    await accept(system);
    const [incident] = await until(
      async () => {
        const all = await system.list();
        return all[0]?.status === 'acknowledged' && all;
      },
      { timeoutMs: 30_000, what: 'the accept' },
    );
    const id = incident!.id;
    const answered = await settled(system, id);
    await system.incidents.command({
      organisationId: 'acme',
      incident: id,
      commandId: 'over',
      byPersonId: 'ada',
      command: { case: 'resolve', value: {} },
    });
    await until(async () => (await system.list())[0]?.status === 'closed', { timeoutMs: 30_000, what: 'the close' });
    return { answered, closed: await settled(system, id) };
  });
}

/** The types of all events, once none is added for a while. */
async function settled(system: MeasuredSystem, id: string): Promise<string[]> {
  await system.quiet();
  let length = -1;
  return until(
    async () => {
      const types = (await historyOf(system, id)).map((one) => one.type);
      const grew = types.length !== length;
      length = types.length;
      return !grew && types;
    },
    { timeoutMs: 30_000, everyMs: 1_000, what: 'the history to come to rest' },
  );
}

function counts({ answered, closed }: Life): string {
  return `${answered.length}, ${closed.length}`;
}

function eventTable(atOnce: Life, twoLayers: Life): Table {
  const types = [...new Set([...atOnce.closed, ...twoLayers.closed])].sort();
  const count = (all: string[], type: string) => String(all.filter((one) => one === type).length);
  return {
    title: 'History events of a closed incident, by type',
    head: ['event', 'accepted at once', 'in the second layer'],
    rows: types.map((type) => [type, count(atOnce.closed, type), count(twoLayers.closed, type)]),
  };
}
