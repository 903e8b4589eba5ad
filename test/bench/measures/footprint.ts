import { until } from '@tocsin/platform';
import { type Benchmark, type Finding, mustBe } from '../benchmark.ts';
import { alert } from '../load/alert.ts';
import { digits } from '../report/wording.ts';
import { type MeasuredSystem, withSystem } from '../system.ts';

/** Bytes that each store holds; of MongoDB before it compresses them, by collection. */
interface Held {
  documents: Map<string, number>;
  indexes: number;
  streams: number;
  histories: number;
}

const AT_ONCE = 100;
const PATIENTLY = { timeoutMs: 30_000, everyMs: 20 };

/** What stays of an incident once it is closed, and of an alert more: what disks are sized by. */
export const footprint: Benchmark = {
  name: 'footprint',
  run: (context) =>
    withSystem(context, { layers: [['ada']], tryFor: '1h', catchAllEvery: '1h' }, async (system): Promise<Finding> => {
      const [incidents, alerts] = context.quick ? [10, 100] : [200, 10_000];
      await live(system, 'first');
      const before = await heldBy(system);
      for (let n = 0; n < incidents; n += 1) await live(system, `incident-${n}`);
      const between = await heldBy(system);
      await storm(system, 1);
      const open = await heldBy(system);
      await storm(system, alerts);
      const after = await heldBy(system);
      const ofIncident = perOne(before, between, incidents);
      const ofAlert = perOne(open, after, alerts);
      return {
        rows: [
          {
            measure:
              'bytes of an incident with one alert, accepted and closed: MongoDB documents, indexes; streams; history',
            result: bytes(ofIncident),
          },
          {
            measure: 'bytes of each alert more in an open incident: MongoDB documents, indexes; streams; history',
            result: bytes(ofAlert),
          },
        ],
        details: [
          {
            title: 'Bytes of documents, by collection',
            note: 'As MongoDB counts them, before it compresses what goes to the disk.',
            head: ['collection', 'an incident', 'an alert more'],
            rows: [...ofIncident.documents.keys()]
              .map((name) => [name, ofIncident.documents.get(name) ?? 0, ofAlert.documents.get(name) ?? 0] as const)
              .filter(([, one, other]) => Math.max(one, other) >= 1)
              .sort(([, a], [, b]) => b - a)
              .map(([name, one, other]) => [name, digits(one), digits(other)]),
          },
        ],
        samples: [before, between, open, after].map((one) => ({
          ...one,
          documents: Object.fromEntries(one.documents),
        })),
      };
    }),
};

/** An alert whose page is accepted, and that whoever has it then resolves. */
async function live(system: MeasuredSystem, id: string): Promise<void> {
  const phone = system.phone('ada');
  const seen = phone.messages.length;
  mustBe('answer to a post', (await system.post(alert(id))).status, 202);
  const code = await until(
    () => phone.messages.slice(seen).flatMap(({ body }) => /\b([A-Z0-9]{4})1\b/.exec(body)?.[1] ?? [])[0],
    { ...PATIENTLY, what: 'the page' },
  );
  await phone.reply(`${code}1`);
  const whenIt = (status: string) =>
    until(
      async () => {
        const [newest] = await system.list();
        return newest?.status === status && newest;
      },
      { ...PATIENTLY, what: `the incident to be ${status}` },
    );
  const { id: incident } = await whenIt('acknowledged');
  await system.incidents.command({
    ...{ organisationId: 'acme', incident, commandId: `resolve-${id}`, byPersonId: 'ada' },
    command: { case: 'resolve', value: {} },
  });
  await whenIt('closed');
}

/** Posts so many alerts of one incident; resolves once all are stored and nothing goes out any more. */
async function storm({ db, post, quiet }: MeasuredSystem, alerts: number): Promise<void> {
  const stored = () => db.collection('alerts').countDocuments();
  const before = await stored();
  for (let left = alerts; left > 0; left -= AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(left, AT_ONCE) }, async () =>
        mustBe('answer to a post', (await post(alert('more'))).status, 202),
      ),
    );
  const areStored = async () => (await stored()) >= before + alerts;
  await until(areStored, { timeoutMs: 120_000, everyMs: 200, what: 'every alert to be stored' });
  await quiet();
}

async function heldBy({ db, nc, temporal }: MeasuredSystem): Promise<Held> {
  const documents = new Map<string, number>();
  let indexes = 0;
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    const { size, totalIndexSize } = await db.command({ collStats: name });
    documents.set(name, size);
    indexes += totalIndexSize;
  }
  const listed = (await nc.request('$JS.API.STREAM.LIST', '')).json<{ streams: { state: { bytes: number } }[] }>();
  const streams = listed.streams.reduce((all, one) => all + one.state.bytes, 0);
  let histories = 0;
  for (const { _id } of await db
    .collection<{ _id: string }>('incidents')
    .find({}, { projection: { _id: 1 } })
    .toArray())
    histories += (await temporal.client.workflow.getHandle(`incident/${_id}`).describe()).historySize ?? 0;
  return { documents, indexes, streams, histories };
}

function perOne(before: Held, after: Held, count: number): Held {
  const grew = (of: 'indexes' | 'streams' | 'histories') => (after[of] - before[of]) / count;
  const ofCollection = (name: string) => ((after.documents.get(name) ?? 0) - (before.documents.get(name) ?? 0)) / count;
  const documents = new Map([...after.documents.keys()].map((name) => [name, ofCollection(name)]));
  return { documents, indexes: grew('indexes'), streams: grew('streams'), histories: grew('histories') };
}

function bytes({ documents, indexes, streams, histories }: Held): string {
  const all = [...documents.values()].reduce((sum, one) => sum + one, 0);
  return [all, indexes, streams, histories].map(digits).join(', ');
}
