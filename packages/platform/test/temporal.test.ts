import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import { connectTemporalWorker, createTemporalClient } from '../src/index.ts';

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

test.each([
  { who: 'a client', connect: () => createTemporalClient('127.0.0.1:1', 'default') },
  { who: 'a worker', connect: () => connectTemporalWorker('127.0.0.1:1') },
])('$who of a Temporal that is not there is told so within its bound', async ({ connect }) => {
  const began = performance.now();
  await expect(connect()).rejects.toMatchObject({
    name: 'Unavailable',
    code: 'temporal-away',
    message: expect.stringContaining('127.0.0.1:1'),
  });
  expect(performance.now() - began).toBeLessThan(15_000);
});
