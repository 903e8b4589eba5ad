import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { digestOf, keptBundle } from '../worker/bundle.ts';
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

test('a worker that starts again reads the bundle that was made before; where none can be kept it is made', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-bundle-'));
  try {
    await writeFile(path.join(folder, 'workflows-of-before.js'), 'old');
    const made = await keptBundle(folder);
    const [kept, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    await writeFile(path.join(folder, kept!), 'what was kept');
    expect(await keptBundle(folder)).toEqual({ code: 'what was kept' });
    expect(await keptBundle('/dev/null/nowhere')).toEqual(made);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

test('a bundle is of its sources: their contents and their names', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-bundle-'));
  try {
    const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
    await write('a.ts', '1');
    const first = await digestOf([folder]);
    expect(await digestOf([folder])).toBe(first);
    await write('a.ts', '2');
    const changed = await digestOf([folder]);
    await rm(path.join(folder, 'a.ts'));
    await write('b.ts', '2');
    expect(new Set([first, changed, await digestOf([folder])]).size).toBe(3);
  } finally {
    await rm(folder, { recursive: true });
  }
});
