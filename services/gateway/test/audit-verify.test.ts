import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@tocsin/local/engines';
import { type Harness, openHarness } from './harness.ts';

const run = promisify(execFile);
const cli = path.join(import.meta.dirname, '../../../packages/cli/src/main.ts');

let harness: Harness;
let folder: string;
beforeAll(async () => {
  harness = await openHarness();
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-audit-'));
  await harness.user('observer');
});
afterAll(async () => {
  await harness?.close();
  await rm(folder, { recursive: true, force: true });
});

async function verify(args: string[], key = ''): Promise<{ code: number; said: string }> {
  const env = { ...process.env, NODE_OPTIONS: '', TOCSIN_API_KEY: key };
  return run(process.execPath, [cli, 'audit', 'verify', ...args], { env }).then(
    ({ stdout }) => ({ code: 0, said: stdout.trim() }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr.trim() }),
  );
}

test('a gateway’s log is verified by a read-only key, and its head is known the next time', async () => {
  const { secret } = await harness.key('admin', true);
  const first = await verify(['--url', harness.url], secret);
  expect(first).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^\d+ entries, whole; the head is \d+:[0-9a-f]{64}$/),
  });
  await harness.user('observer');
  const head = first.said.split(' ').at(-1)!;
  expect((await verify(['--url', harness.url, '--head', head], secret)).code).toBe(0);
});

test('an entry that was changed in the store is named, from the gateway and from an export', async () => {
  const key = await harness.key('admin', true);
  await harness.collections.audit.updateOne({ position: 3 }, { $set: { 'actor.id': 'somebody else' } });
  const broken = { code: 1, said: 'broken at position 3: its hash is not that of its content' };
  expect(await verify(['--url', harness.url], key.secret)).toEqual(broken);
  const file = path.join(folder, 'export.ndjson');
  await writeFile(file, String((await harness.api.call('audit.export', { as: key })).body));
  expect(await verify(['-f', file])).toEqual(broken);
});

test('what keeps it from verifying is a sentence', async () => {
  const observer = await harness.key('observer');
  const url = ['--url', harness.url];
  expect(await verify(url)).toEqual({ code: 1, said: 'TOCSIN_API_KEY is not set: it holds the API key of an admin' });
  expect(await verify(url, 'tocsin_x')).toEqual({ code: 1, said: 'the API key is not valid' });
  expect(await verify(url, observer.secret)).toEqual({ code: 1, said: 'the API key is not one of an admin' });
  const nowhere = path.join(folder, 'none');
  expect(await verify(['-f', nowhere])).toEqual({ code: 1, said: `${nowhere} cannot be read` });
  const away = `http://127.0.0.1:${await freePort()}`;
  expect(await verify(['--url', away], 'k')).toEqual({ code: 1, said: `${away} does not answer` });
});
