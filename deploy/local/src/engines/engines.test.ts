import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { Client, Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { startTestEngines, type TestEngines } from './index.ts';

let engines: TestEngines;
beforeAll(async () => {
  engines = await startTestEngines({ nats: true, mongo: 'own', temporal: true });
}, 60_000);
afterAll(async () => {
  await engines.stop();
});

test('a database takes transactions, and keeps what it took through kill -9', async () => {
  const client = new MongoClient(engines.mongoUrl, { w: 'majority', journal: true });
  try {
    await client.db().createCollection('kept');
    await client.withSession((session) =>
      session.withTransaction(async () => void (await client.db().collection('kept').insertOne({ a: 1 }, { session }))),
    );
    await engines.engines.mongo!.kill();
    await engines.engines.mongo!.restart();
    expect(await client.db().collection('kept').countDocuments()).toBe(1);
  } finally {
    await client.close();
  }
});

test('a fresh namespace takes workflows with the search attributes of incidents, at once', async () => {
  const connection = await Connection.connect({ address: engines.temporalAddress });
  try {
    const client = new Client({ connection, namespace: engines.namespace });
    const handle = await client.workflow.start('incident', {
      workflowId: 'w',
      taskQueue: 'nobody',
      searchAttributes: {
        TocsinSeverity: ['critical'],
        TocsinTeam: ['t'],
        TocsinState: ['open'],
      },
    });
    await handle.terminate();
  } finally {
    await connection.close();
  }
});

test('a paused nats-server says nothing, a resumed one goes on', async () => {
  const nc = await connect({ servers: engines.natsUrl });
  try {
    await engines.engines.nats!.pause();
    const answered = await Promise.race([nc.rtt().then(() => true), new Promise((r) => setTimeout(r, 300, false))]);
    expect(answered).toBe(false);
    engines.engines.nats!.resume();
    await expect(nc.rtt()).resolves.toBeGreaterThanOrEqual(0);
  } finally {
    await nc.close();
  }
});

test('engines die with the process that started them, also when it was killed', async () => {
  const script = `import { startTestEngines } from '${new URL('./index.ts', import.meta.url).href}';
    console.log((await startTestEngines({ nats: true })).natsUrl); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = String(await new Promise((resolve) => parent.stdout.once('data', resolve))).trim();
  parent.kill('SIGKILL');
  await expectEventually(async () => {
    await expect(connect({ servers: url, reconnect: false, timeout: 500 })).rejects.toThrow();
  });
});

async function expectEventually(check: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 8_000; ; ) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
