import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Engine, startTestEngines } from '@tocsin/local/engines';
import { createAuthority, startSecuredMongod } from '@tocsin/local/secured';
import { checkServer, connectMongo } from '../src/index.ts';

let folder: string;
let mongo: Engine;
let url: string;
let ca: string;
let other: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-mongo-'));
  const [authority, stranger] = await Promise.all([createAuthority('right'), createAuthority('stranger')]);
  [ca, other] = ['ca.crt', 'other.crt'].map((name) => path.join(folder, name)) as [string, string];
  await Promise.all([writeFile(ca, authority.cert), writeFile(other, stranger.cert)]);
  mongo = await startSecuredMongod({ dataDir: path.join(folder, 'mongod'), server: await authority.issue('mongodb') });
  url = `${mongo.address}/tocsin?tls=true`;
}, 120_000);
afterAll(async () => {
  await mongo?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a server whose authority is private is taken by the file that names it', async () => {
  const { client, db } = await connectMongo(url, { security: { MONGODB_CA: ca } });
  expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  await client.close();
});

test.each([
  ['another authority', () => other, /^MONGODB_CA: the authority in this file did not sign the certificate of MongoDB/],
  ['no authority', () => undefined, /^MONGODB_CA: is not set, and no authority that the system knows signed/],
  ['a file that is not there', () => '/nowhere', /^MONGODB_CA: \/nowhere cannot be read \(ENOENT\)$/],
])('with %s, that is said in one line', async (_what, file, words) => {
  const refused = await connectMongo(url, { security: { MONGODB_CA: file() } }).catch((error) => error);
  expect(refused).toMatchObject({ name: 'InvalidInput', message: expect.stringMatching(words) });
});

test('a server alone is refused: it has no transactions', async () => {
  const { client, db } = await connectMongo(url, { security: { MONGODB_CA: ca } });
  await expect(checkServer(db)).rejects.toThrow(/single server, and has no transactions: make it a replica set/);
  await client.close();
});

test('a replica set is taken, and told for how long it lets a killed process hold up others', async () => {
  const engines = await startTestEngines({ mongo: 'own' });
  const { client, db } = await connectMongo(engines.mongoUrl, { security: {} });
  try {
    expect(await checkServer(db)).toEqual([]);
    await db.admin().command({ setParameter: 1, transactionLifetimeLimitSeconds: 60 });
    expect(await checkServer(db)).toEqual([
      expect.stringMatching(/transactionLifetimeLimitSeconds is 60: .* set it to 5$/),
    ]);
  } finally {
    await client.close();
    await engines.stop();
  }
}, 60_000);
