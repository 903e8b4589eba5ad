import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestEngines, type TestEngines } from '@tocsin/local/engines';
import { until } from '@tocsin/platform';

const main = path.join(import.meta.dirname, '../src/main.ts');

let engines: TestEngines;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await engines?.stop();
});

/** The gateway as it runs in production. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const run = { child, out: '', err: '', ended: once(child, 'exit').then(([code]) => code as number | null) };
  child.stdout.on('data', (chunk) => (run.out += chunk));
  child.stderr.on('data', (chunk) => (run.err += chunk));
  return run;
}

test('it answers, says the set-up link to who stands there and not to the log, and ends when it is asked to', async () => {
  const run = start({
    NATS_URL: engines.natsUrl,
    MONGODB_URL: engines.mongoUrl,
    GATEWAY_PORT: '0',
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEWAY_ORGANISATION: 'acme',
    GATEWAY_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    GATEWAY_OIDC: JSON.stringify([
      { id: 'corp', name: 'Corp', issuer: 'https://id.example', clientId: 'c', clientSecret: 'a secret' },
    ]),
  });
  const url = await until(
    () => /set up the first user at (http:\/\/127\.0\.0\.1:\d+)\/setup#[\w-]{43}\n/.exec(run.err)?.[1],
    { timeoutMs: 45_000, what: 'the set-up link' },
  );
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/api/v1/sign-in`)).json()).toMatchObject({
    providers: [{ id: 'corp', name: 'Corp' }],
  });
  expect(run.out).not.toContain('setup#');
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
});

test('everything that is wrong with its settings is named at once, without their values', async () => {
  const run = start({
    NATS_URL: engines.natsUrl,
    MONGODB_URL: 'http://secret@store',
    GATEWAY_PORT: '70000',
    GATEWAY_MASTER_KEY: 'x',
    PUBLIC_URL: 'http://tocsin.example',
    GATEWAY_OIDC: '[',
  });
  expect(await run.ended).toBe(1);
  for (const name of ['MONGODB_URL', 'GATEWAY_PORT', 'GATEWAY_ORGANISATION', 'PUBLIC_URL', 'GATEWAY_OIDC']) {
    expect(run.out).toContain(`${name}: `);
  }
  expect(run.out).not.toContain('secret@store');
});
