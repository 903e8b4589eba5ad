import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { Binary, MongoClient } from 'mongodb';
import { collectionsOf, type StoredEnvelope } from '../src/store/collections.ts';
import { createEnvelopeWriter } from '../src/store/envelope-writer.ts';
import { createParcel } from '../src/store/parcel.ts';
import { alertsOf, envelopeIds, type Harness, log, openHarness, tellingOf } from './harness.ts';
import { hearFacts } from './heard-facts.ts';
import { endProcesses, startProcess } from './process.ts';

let harness: Harness;
let key: string;
beforeAll(async () => {
  harness = await openHarness({ nats: true, mongo: 'own', temporal: false });
  const first = await harness.replica();
  key = await harness.integration({ id: 'siem' });
  await first.stop();
});
afterAll(async () => {
  endProcesses();
  await harness?.close();
});

describe('a process that is killed', () => {
  test.each(['ingestion.envelope-stored', 'ingestion.answered', 'ingestion.alerts-stored', 'ingestion.told'])(
    'at %s loses nothing, and another tells it once',
    async (crashAt) => {
      const facts = await hearFacts(harness);
      const dying = await startProcess(harness.engines, crashAt);
      const title = `crash at ${crashAt}`;
      const answer = await dying.post(`/v1/in/${key}`, JSON.stringify({ id: crashAt, title })).catch(() => undefined);
      expect(await dying.ended).toBe('SIGKILL');
      if (crashAt !== 'ingestion.envelope-stored') expect(answer?.status).toBe(202);

      const survivor = await harness.replica();
      const alert = await until(async () => {
        const row = await harness.collections.alerts.findOne({ title });
        return row !== null && ((await tellingOf(harness, row._id))?.told ?? 0) > 0 && row;
      });
      await until(() => facts.of(alert._id));
      expect(await harness.collections.alerts.countDocuments({ title })).toBe(1);
      expect(facts.heard.high.filter((fact) => fact.alertId === alert._id)).toHaveLength(1);
      await Promise.all([survivor.stop(), facts.stop()]);
      // Nobody decides here, and what is told again would be the next process's death before its post.
      await harness.collections.tellings.updateMany({}, { $unset: { tellAt: 1 } });
    },
  );

  test('before it stored, has not answered', async () => {
    const dying = await startProcess(harness.engines, 'ingestion.before-store');
    await expect(dying.post(`/v1/in/${key}`, '{"title":"never stored"}')).rejects.toThrow();
    expect(await dying.ended).toBe('SIGKILL');
  });
});

test('a process that is asked to stop answers what it took, and ends', async () => {
  const stopping = await startProcess(harness.engines);
  const posts = Array.from({ length: 50 }, () => stopping.post(`/v1/in/${key}`, '{}'));
  await posts[0];
  stopping.kill('SIGTERM');
  const answers = await Promise.allSettled(posts);
  const stored = answers.flatMap((answer) =>
    answer.status === 'fulfilled' && answer.value.status === 202 ? [answer.value.body.id!] : [],
  );
  expect(await stopping.ended).toBe(0);
  expect(stored.length).toBeGreaterThan(0);
  expect(await envelopeIds(harness)).toEqual(expect.arrayContaining(stored));
});

test('replicas that sweep the same envelopes store each alert once', async () => {
  const envelopes = Array.from({ length: 8 }, () => envelopeOf('[{"title":"swept"},{"title":"swept"}]'));
  const parcels = Array.from({ length: 25 }, () => ({ ...createParcel(envelopes), parseAt: new Date(0) }));
  await harness.collections.parcels.insertMany(parcels);
  const replicas = await Promise.all([1, 2, 3].map(() => harness.replica()));
  await until(async () => (await harness.collections.parcels.countDocuments({ parsed: null })) === 0);
  expect(await harness.collections.alerts.countDocuments({ title: 'swept' })).toBe(400);
  await Promise.all(replicas.map((replica) => replica.stop()));
});

test('a thousand posts at once share a few writes', async () => {
  const commands: string[] = [];
  const replica = await harness.replica({
    connectMongo: async (url) => {
      const client = new MongoClient(url, { monitorCommands: true, writeConcern: { w: 'majority', journal: true } });
      client.on('commandStarted', ({ commandName, command }) =>
        commands.push(`${commandName} ${command[commandName]}`),
      );
      await client.connect();
      return { client, db: client.db() };
    },
  });
  expect((await replica.post(`/v1/in/${key}`, '{}')).status).toBe(202);
  commands.length = 0;
  const ids = (
    await Promise.all(Array.from({ length: 20 }, () => postInOneGo(replica.port, `/v1/in/${key}`, 50)))
  ).flat();
  expect(new Set(ids).size).toBe(1_000);
  await until(async () => {
    const told = await harness.collections.tellings
      .find({ alerts: { $in: ids.map((id) => `${id}-0`) }, told: 1 })
      .toArray();
    return told.reduce((sum, { alerts }) => sum + alerts.length, 0) === 1_000;
  });
  const writes = (collection: string) => commands.filter((command) => command === `insert ${collection}`).length;
  expect(writes('parcels')).toBeLessThan(25);
  expect(writes('alerts')).toBeLessThan(25);
  await replica.stop();
});

test('a write whose connection was lost is not taken for a stored one', async () => {
  const client = new MongoClient(harness.engines.mongoUrl, { waitQueueTimeoutMS: 200, maxPoolSize: 1 });
  await client.connect();
  const writer = createEnvelopeWriter({ parcels: collectionsOf(client.db()).parcels, stored: () => {}, log });
  await harness.engines.engines.mongo!.pause();
  const busy = client.db().command({ ping: 1 });
  try {
    await expect(writer.add(envelopeOf('{"title":"lost"}'))).rejects.toMatchObject({ code: 'store-away' });
  } finally {
    harness.engines.engines.mongo!.resume();
  }
  await busy;
  await client.close();
});

test('while the store is away posts are refused for now, never as wrong, and those after it are taken', async () => {
  const replica = await harness.replica({ credentials: { rememberMs: 60_000 } });
  const other = await harness.integration();
  expect((await replica.post(`/v1/in/${key}`, '{}')).status).toBe(202);

  await harness.engines.engines.mongo!.pause();
  try {
    const began = Date.now();
    const [remembered, unchecked] = await Promise.all([
      replica.post(`/v1/in/${key}`, '{"title":"while away"}'),
      replica.post(`/v1/in/${other}`, '{}'),
    ]);
    expect(Date.now() - began).toBeLessThan(6_000);
    expect([remembered.status, remembered.body.code]).toEqual([503, 'store-away']);
    expect([unchecked.status, unchecked.body.code]).toEqual([503, 'key-unchecked']);
    for (const { headers } of [remembered, unchecked]) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${replica.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${replica.url}/readyz`)).status).toBe(503);
  } finally {
    harness.engines.engines.mongo!.resume();
  }
  const back = await until(async () => {
    const answer = await replica.post(`/v1/in/${other}`, '{"title":"back"}');
    return answer.status === 202 && answer;
  });
  expect(await alertsOf(harness, back.body.id!)).toMatchObject([{ title: 'back' }]);

  await harness.engines.engines.mongo!.kill();
  expect((await replica.post(`/v1/in/${key}`, '{}')).status).toBe(503);
  await harness.engines.engines.mongo!.restart();
  await until(async () => (await replica.post(`/v1/in/${key}`, '{}')).status === 202, { timeoutMs: 20_000 });
  expect((await harness.collections.alerts.countDocuments({ title: 'back' })) > 0).toBe(true);
}, 90_000);

/** An envelope that came a minute ago. */
function envelopeOf(body: string): StoredEnvelope {
  const sender = {
    organisationId: 'acme',
    integrationId: 'siem',
    name: 'S',
    source: 'generic',
    teamId: '',
    drill: false,
  };
  const receivedAt = new Date(Date.now() - 60_000);
  const labels = { contentType: 'application/json', contentEncoding: '' };
  return { sender, receivedAt, ...labels, body: new Binary(Buffer.from(body)) };
}

/** Posts `count` times over one connection without waiting for answers, and returns the envelopes' ids: all must be accepted. */
function postInOneGo(port: number, path: string, count: number): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  const socket = net.connect(port, '127.0.0.1');
  let said = '';
  socket.on('error', reject);
  socket.on('data', (bytes) => {
    said += bytes;
    const accepted = [...said.matchAll(/{"id":"([\w.]+)"}/g)].map(([, id]) => id!);
    if (accepted.length < count) return;
    socket.destroy();
    resolve(accepted);
  });
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`.repeat(count));
  return promise;
}
