import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId, until } from '@tocsin/platform';
import { foldBatch } from '../src/intake/fold-batch.ts';
import { appendEntries } from '../src/log/append.ts';
import { fakeWorkflows } from './fake-workflows.ts';
import { folding, type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
  await harness.replica(fakeWorkflows());
});
afterAll(() => harness.close());

test('positions are gap-free and an entry written twice stands once, whoever writes at the same time', async () => {
  const { incidentId } = await opened('log');
  const entry = (n: number) => ({ id: `${incidentId}/1-${n}`, kind: 'page-planned', at: new Date(), data: { n } });
  // Each writer repeats half of what the one before wrote.
  const writers = Array.from({ length: 12 }, (_, i) => [1, 2, 3, 4].map((n) => entry(i * 2 + n)));
  await Promise.all(writers.map((entries) => appendEntries(harness.client, harness.collections, incidentId, entries)));
  const log = await harness.collections.log.find({ incidentId }).sort({ position: 1 }).toArray();
  expect(log.map((one) => one.position)).toEqual(Array.from({ length: 27 }, (_, i) => i + 1));
  expect(new Set(log.slice(1).map((one) => one.data.n)).size).toBe(26);
  expect(await harness.collections.incidents.findOne({ _id: incidentId })).toMatchObject({ logHead: 27 });
  const head = await appendEntries(harness.client, harness.collections, incidentId, writers.flat());
  expect(head).toBe(27);
});

test('entries are told, and make the read model', async () => {
  const { incidentId, organisationId } = await opened('model');
  const entry = (n: number, kind: string, data: object) => ({
    id: `${incidentId}/1-${n}`,
    kind,
    dataJson: JSON.stringify(data),
  });
  const entries = [entry(1, 'layer-started', { round: 2, layer: 1 }), entry(2, 'accepted', { person: 'ada' })];
  expect(await harness.incidents.append({ incidentId, entries })).toMatchObject({ head: 3n });
  const incident = await harness.incidents.get({ organisationId, incident: 'inc-1', withLog: true });
  expect(incident).toMatchObject({ status: 'acknowledged', ownerPersonId: 'ada' });
  expect(incident.log.map((one) => one.kind)).toEqual(['opened', 'layer-started', 'accepted']);
  await until(async () => (await harness.collections.log.countDocuments({ incidentId, told: null })) === 0);
});

test('logs are paged through incident by incident, by position, wherever a page ends', async () => {
  const all = [await opened('paged'), await opened('paged'), await opened('paged')].map((one) => one.incidentId);
  for (const incidentId of all) {
    const entries = [1, 2, 3].map((n) => ({ id: `${incidentId}/1-${n}`, kind: 'noted', at: new Date(), data: { n } }));
    await appendEntries(harness.client, harness.collections, incidentId, entries);
  }
  const places: string[] = [];
  for (let cursor = ''; ; ) {
    const { entries, nextCursor } = await harness.incidents.logSince({ cursor, limit: 3 });
    places.push(...entries.map((one) => `${one.incidentId}/${one.position}`));
    if (nextCursor === '') break;
    cursor = nextCursor;
  }
  const sorted = all.toSorted();
  expect(places.filter((one) => all.includes(one.split('/')[0]!))).toEqual(
    sorted.flatMap((incidentId) => [1, 2, 3, 4].map((position) => `${incidentId}/${position}`)),
  );
  const [incidentId] = all;
  const rest = await harness.incidents.logSince({ incidentId: incidentId!, cursor: `${incidentId}/2` });
  expect(rest.entries.map((one) => one.position)).toEqual([3n, 4n]);
});

test('a page of logs is cut before it is too large for one message', async () => {
  const { incidentId } = await opened('large');
  const rules = 'x'.repeat(200_000);
  const entries = [1, 2, 3, 4, 5].map((n) => ({
    id: `${incidentId}/1-${n}`,
    kind: 'escalation-started',
    at: new Date(),
    data: { rules },
  }));
  await appendEntries(harness.client, harness.collections, incidentId, entries);
  const page = await harness.incidents.logSince({ incidentId });
  expect(page.entries).toHaveLength(3);
  expect(page.nextCursor).toBe(`${incidentId}/3`);
});

test.each([
  ['of nothing', 'cursor', ''],
  ['of another incident', 'I/3', 'J'],
])('a cursor %s is refused', async (_, cursor, incidentId) => {
  await expect(harness.incidents.logSince({ cursor, incidentId })).rejects.toMatchObject({ field: 'cursor' });
});

test.each([
  ['data that is no JSON', { id: 'x', kind: 'noted', dataJson: '{' }, 'entries[0].data_json'],
  ['an entry without an id', { id: '', kind: 'noted', dataJson: '' }, 'entries[0].id'],
])('%s is refused by name', async (_, entry, field) => {
  const { incidentId } = await opened('refused');
  await expect(harness.incidents.append({ incidentId, entries: [entry] })).rejects.toMatchObject({ field });
});

test("the first to store a layer's people wins, and everybody hears the first", async () => {
  const { incidentId } = await opened('layers');
  const store = (personId: string) => {
    const people = { people: [{ personId }] };
    return harness.incidents.storeLayer({ incidentId, escalationId: 'response', round: 1, layer: 1, people });
  };
  const heard = await Promise.all(['ada', 'ben', 'cyd', 'dan'].map(store));
  expect(heard[0]?.people).toHaveLength(1);
  for (const one of [...heard, await store('eve')]) expect(one).toEqual(heard[0]);
});

test('layers that are stored together are answered in their order, each with the first that was stored', async () => {
  const { incidentId } = await opened('layers-together');
  const one = (layer: number, personId: string) => {
    return { incidentId, escalationId: 'response', round: 0, layer, people: { people: [{ personId }] } };
  };
  const heard = async (...layers: ReturnType<typeof one>[]) =>
    (await harness.incidents.storeLayers({ layers })).layers.map(({ people }) => people[0]?.personId);
  await harness.incidents.storeLayer(one(2, 'ben'));
  expect(await heard(one(3, 'cyd'), one(2, 'dan'), one(1, 'ada'))).toEqual(['cyd', 'ben', 'ada']);
  expect(await heard(one(1, 'eve'), one(3, 'eve'))).toEqual(['ada', 'cyd']);
});

test("a note's text rests apart: the log only refers to it", async () => {
  const { incidentId, organisationId } = await opened('notes');
  const text = 'restarted the billing database';
  const note = { case: 'note' as const, value: { text } };
  const request = { commandId: newId(), incident: incidentId, organisationId, byPersonId: 'ada', command: note };
  await harness.incidents.command(request);
  await harness.incidents.command(request);
  const log = await harness.collections.log.find({ incidentId, kind: 'noted' }).toArray();
  expect(log).toHaveLength(1);
  expect(JSON.stringify(log)).not.toContain('billing');
  expect(await harness.collections.notes.findOne({ _id: String(log[0]!.data.note) })).toMatchObject({
    text,
    by: 'ada',
  });
});

let organisations = 0;

async function opened(name: string): Promise<{ incidentId: string; organisationId: string }> {
  const organisationId = `${name}-${++organisations}`;
  const [one] = await foldBatch(harness.client, harness.collections, [folding(organisationId)]);
  return { incidentId: one!.incidentId, organisationId };
}
