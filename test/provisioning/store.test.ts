import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import { connectMongo } from '@tocsin/platform';
import { startRole } from './role.ts';

/** One collection of each owner that is searched by more than its ids. */
const OWNERS = ['parcels', 'incidents', 'rosterPeople', 'gatewayUsers', 'webhookDeliveries', 'analyticsIncidents'];
const CHANNELS = ['sms', 'voice', 'chat', 'push'];

let engines: TestEngines;
beforeAll(async () => {
  engines = await startTestEngines({ mongo: true });
}, 120_000);
afterAll(() => engines.stop());

test('the indexes of all services are made before they start, and a second time changes nothing', async () => {
  const { client, db } = await connectMongo(engines.mongoUrl);
  const indexes = async () => {
    const collections = (await db.listCollections().toArray()).map(({ name }) => name).sort();
    const entries = collections.map(async (name) => [name, await db.collection(name).indexes()] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  try {
    const first = await startRole('provision-store', { MONGODB_URL: engines.mongoUrl }).ended;
    expect(first).toMatchObject({ code: 0, said: expect.stringContaining('the store has its indexes') });
    const made = await indexes();
    for (const name of [...OWNERS, ...CHANNELS.map((channel) => `${channel}Ledger`)])
      expect([name, (made[name]?.length ?? 0) > 1]).toEqual([name, true]);
    expect(await startRole('provision-store', { MONGODB_URL: engines.mongoUrl }).ended).toMatchObject({ code: 0 });
    expect(await indexes()).toEqual(made);
  } finally {
    await client.close();
  }
}, 120_000);

test('an address without a database is refused at once', async () => {
  const { code, said, afterMs } = await startRole('provision-store', { MONGODB_URL: 'mongodb://127.0.0.1:1' }).ended;
  expect(code).toBe(1);
  expect(said).toMatch(/the MongoDB address names no database/);
  expect(afterMs).toBeLessThan(20_000);
});
