import { expect, test } from '@jest/globals';
import { workflowBundle } from '../worker/index.ts';

test('the workflows bundle, export the incident, and carry nothing that is not theirs', async () => {
  const { code } = await workflowBundle();
  expect(code).toMatch(/incident: \(\) => \(.*\bincident\)/);
  // Libraries in the bundle are copied for every incident that is kept in memory.
  for (const library of ['zod', 'mongodb', '@nats-io', 'pino', '@bufbuild']) {
    expect(code).not.toContain(`node_modules/${library}/`);
  }
}, 60_000);

test('the bundle is made once a process', async () => {
  expect(await workflowBundle()).toBe(await workflowBundle());
}, 60_000);
