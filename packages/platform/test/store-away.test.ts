import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import type { Collection, MongoClient } from 'mongodb';
import { connectMongo, inTransaction, Unavailable } from '../src/index.ts';

let engines: TestEngines;
let client: MongoClient;
let rows: Collection<{ _id: string; count: number }>;

beforeAll(async () => {
  engines = await startTestEngines({ mongo: 'own' });
  ({ client } = await connectMongo(engines.mongoUrl));
  rows = client.db().collection('rows');
  await rows.insertOne({ _id: 'a', count: 0 });
});
afterAll(async () => {
  engines.engines.mongo?.resume();
  await client.close();
  await engines.stop();
});

test('a store that falls silent in the middle of a transaction is `Unavailable` within the bound, and nothing of it is kept', async () => {
  const ended = Promise.withResolvers<unknown>();
  let runs = 0;
  const began = Date.now();
  const work = inTransaction(
    client,
    async (session) => {
      runs += 1;
      await rows.updateOne({ _id: 'a' }, { $inc: { count: 1 } }, { session });
      await engines.engines.mongo?.pause();
      const second = rows.updateOne({ _id: 'a' }, { $inc: { count: 1 } }, { session });
      ended.resolve(second.catch((error: unknown) => error));
      await second;
    },
    2_000,
  );
  await expect(work).rejects.toMatchObject({ name: 'Unavailable', code: 'store-away' });
  expect(Date.now() - began).toBeLessThan(4_000);

  engines.engines.mongo?.resume();
  await ended.promise;
  // The row is free once the transaction that was given up is undone.
  await rows.updateOne({ _id: 'a' }, { $inc: { count: 10 } });
  expect(await rows.findOne({ _id: 'a' })).toEqual({ _id: 'a', count: 10 });
  expect(runs).toBe(1);
});

test('a store that is away when a transaction begins is `Unavailable` in words of ours', async () => {
  await engines.engines.mongo?.pause();
  const work = inTransaction(
    client,
    (session) => rows.updateOne({ _id: 'a' }, { $inc: { count: 1 } }, { session }),
    500,
  );
  await expect(work).rejects.toBeInstanceOf(Unavailable);
  engines.engines.mongo?.resume();
});
