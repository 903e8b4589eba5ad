import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness({ engines: { nats: true, mongo: 'own', temporal: false } });
});
afterAll(() => harness?.close());

const ask = async (path: string) => {
  const response = await fetch(harness.url + path);
  return { status: response.status, body: await response.json() };
};

/** A probe has a second: on a busy machine it is asked again. */
const says = (path: string, wanted: { status: number; body: object }) =>
  until(async () => {
    expect(await ask(path)).toEqual(wanted);
    return true;
  });

test('alive is one thing, ready another: the store may be away without an end to the process', async () => {
  await says('/readyz', { status: 200, body: { store: 'ok', nats: 'ok' } });
  await harness.engines.engines.mongo!.pause();
  try {
    expect(await ask('/healthz')).toEqual({ status: 200, body: { status: 'ok' } });
    await says('/readyz', { status: 503, body: { store: 'away', nats: 'ok' } });
  } finally {
    harness.engines.engines.mongo!.resume();
  }
  await until(async () => (await ask('/readyz')).status === 200);
});

test('without NATS people still sign in', async () => {
  await harness.engines.engines.nats!.pause();
  try {
    await says('/readyz', { status: 200, body: { store: 'ok', nats: 'away' } });
    expect((await harness.owner()).id).toHaveLength(26);
  } finally {
    harness.engines.engines.nats!.resume();
  }
});

test('a taken port, and a master key that is none or another, are said in a sentence', async () => {
  const { port } = harness.gateway;
  await expect(harness.replica({}, { port })).rejects.toThrow(`cannot listen on port ${port}: EADDRINUSE`);
  const wrong = harness.replica({}, { masterKey: 'short' });
  await expect(wrong).rejects.toMatchObject({ code: 'master-key-invalid', field: 'GATEWAY_MASTER_KEY' });
  const another = harness.replica({}, { masterKey: randomBytes(32).toString('base64') });
  await expect(another).rejects.toMatchObject({ code: 'master-key-wrong', field: 'GATEWAY_MASTER_KEY' });
});
