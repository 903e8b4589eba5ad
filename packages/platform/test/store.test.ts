import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import type { Db, MongoClient } from 'mongodb';
import { Conflict, connectMongo, inTransaction, isDuplicateKey } from '../src/index.ts';

interface Row {
  _id: string;
  count: number;
}

let engines: TestEngines;
let client: MongoClient;
let db: Db;

beforeAll(async () => {
  engines = await startTestEngines({ mongo: true });
  ({ client, db } = await connectMongo(engines.mongoUrl));
});
afterAll(async () => {
  await client.close();
  await engines.stop();
});
beforeEach(async () => {
  await db.collection<Row>('rows').deleteMany({});
  await db.collection<Row>('rows').insertOne({ _id: 'a', count: 0 });
});

const rows = () => db.collection<Row>('rows');

test('the database is the one of the address, and every write waits for a majority’s journal', () => {
  expect(engines.mongoUrl).toContain(`/${db.databaseName}`);
  expect(client.options.writeConcern).toMatchObject({ w: 'majority', journal: true });
});

test.each([
  { url: 'mongodb://127.0.0.1:1', error: { code: 'url-invalid', field: 'MONGODB_URL' } },
  { url: 'mongodb://user:pa55@127.0.0.1:1/tocsin', error: { code: 'store-away' } },
])('connecting to $url fails in words and within its bound, and shows no password', async ({ url, error }) => {
  const failed = await connectMongo(url).catch((thrown: Error) => thrown);
  expect(failed).toMatchObject(error);
  expect((failed as Error).message).not.toContain('pa55');
});

test('colliding transactions are run again until all of them are in', async () => {
  const bump = () =>
    inTransaction(client, async (session) => {
      const row = await rows().findOne({ _id: 'a' }, { session });
      await rows().updateOne({ _id: 'a' }, { $set: { count: row!.count + 1 } }, { session });
    });
  await Promise.all(Array.from({ length: 8 }, bump));
  expect((await rows().findOne({ _id: 'a' }))?.count).toBe(8);
});

test('what another holds for ever is not tried for ever', async () => {
  const holder = client.startSession();
  holder.startTransaction();
  try {
    await rows().updateOne({ _id: 'a' }, { $set: { count: 50 } }, { session: holder });
    const work = inTransaction(
      client,
      (session) => rows().updateOne({ _id: 'a' }, { $set: { count: 51 } }, { session }),
      { againForMs: 300 },
    );
    await expect(work).rejects.toMatchObject({ code: 'store-busy' });
  } finally {
    await holder.abortTransaction();
    await holder.endSession();
  }
  expect((await rows().findOne({ _id: 'a' }))?.count).toBe(0);
});

test('an error of ours undoes the transaction, is not repeated, and arrives as it is', async () => {
  let runs = 0;
  const refusal = new Conflict('closed meanwhile', { code: 'incident-closed' });
  const work = inTransaction(client, async (session) => {
    runs++;
    await rows().updateOne({ _id: 'a' }, { $set: { count: 99 } }, { session });
    throw refusal;
  });
  await expect(work).rejects.toBe(refusal);
  expect(runs).toBe(1);
  expect((await rows().findOne({ _id: 'a' }))?.count).toBe(0);
});

test('a duplicate key in a transaction is told from a collision', async () => {
  const work = inTransaction(client, (session) => rows().insertOne({ _id: 'a', count: 1 }, { session }));
  expect(isDuplicateKey(await work.catch((error: unknown) => error))).toBe(true);
});

test('the result of the work is the result of the transaction', async () => {
  expect(await inTransaction(client, async () => 'done')).toBe('done');
});
