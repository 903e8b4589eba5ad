import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import { connectTemporalWorker, createTemporalClient, until } from '../src/index.ts';

let engines: TestEngines;

beforeAll(async () => {
  engines = await startTestEngines({ temporal: true });
}, 120_000);
afterAll(() => engines.stop());

test('a client works in its namespace, and keeps a deadline that it is given', async () => {
  const { client, connection } = await createTemporalClient(engines.temporalAddress, engines.namespace);
  const missing = client.workflow.getHandle('incident/none').describe();
  await expect(missing).rejects.toMatchObject({ name: 'WorkflowNotFoundError' });
  const late = client.withDeadline(Date.now() - 1, () => client.workflow.getHandle('incident/none').describe());
  await expect(late).rejects.toThrow();
  await connection.close();
});

test('a worker’s connection is made', async () => {
  const connection = await connectTemporalWorker(engines.temporalAddress);
  await connection.close();
});

test('a client that is made while Temporal is away works as soon as it is there, and again when it was away', async () => {
  const own = await startTestEngines({ temporal: 'own' });
  const temporal = own.engines.temporal!;
  await temporal.kill();
  const { client, connection } = await createTemporalClient(own.temporalAddress, own.namespace);
  const asked = (withinMs: number) =>
    client.withDeadline(Date.now() + withinMs, () => client.workflow.getHandle('incident/none').describe());
  try {
    for (let times = 0; times < 2; times += 1) {
      await expect(asked(1_000)).rejects.toMatchObject({ name: 'ServiceError' });
      await temporal.restart();
      const answered = () =>
        asked(2_000).then(
          () => false,
          (error: Error) => error.name === 'WorkflowNotFoundError',
        );
      await until(answered, { timeoutMs: 20_000, what: 'Temporal to answer' });
      await temporal.kill();
    }
  } finally {
    await connection.close();
    await own.stop();
  }
}, 120_000);

test('a worker of a Temporal that is not there is told so within its bound', async () => {
  const began = performance.now();
  await expect(connectTemporalWorker('127.0.0.1:1')).rejects.toMatchObject({
    name: 'Unavailable',
    code: 'temporal-away',
    message: expect.stringContaining('127.0.0.1:1'),
  });
  expect(performance.now() - began).toBeLessThan(15_000);
});
