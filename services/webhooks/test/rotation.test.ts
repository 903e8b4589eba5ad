import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId, until } from '@tocsin/platform';
import { createVault } from '../src/store/sealed.ts';
import { type Harness, openHarness } from './harness.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let harness: Harness;
let receiver: Receiver;
beforeAll(async () => {
  harness = await openHarness();
  receiver = await startReceiver();
});
afterAll(async () => {
  await harness?.close();
  await receiver?.stop();
});

test('a master key takes another’s place: messages go on with the secret that was said, and the old one may go', async () => {
  const old = String(harness.config.masterKey);
  const next = randomBytes(32).toString('base64');
  await harness.replica();
  const wish = {
    webhookId: newId(),
    organisationId: 'acme',
    name: 'hook',
    url: receiver.url,
    types: [],
    createdBy: 'u',
  };
  receiver.secrets = [(await harness.webhooks.createWebhook(wish)).secret];
  let told = 0;
  const isTold = async () => {
    await harness.tell('opened');
    told += 1;
    await until(() => receiver.got.length === told, { timeoutMs: 20_000, what: 'the message' });
  };
  await isTold();
  for (const masterKey of [`${old},${next}`, `${next},${old}`]) {
    await harness.stopReplicas();
    await harness.replica({}, { masterKey });
    await isTold();
  }
  const vault = createVault(next);
  const isRenewed = async () => {
    const row = await harness.collections.webhooks.findOne({});
    try {
      return row !== null && vault.renewed(row) === null;
    } catch {
      return false;
    }
  };
  await until(isRenewed, { what: 'the webhook to be sealed with the newest' });
  await harness.stopReplicas();
  await harness.replica({}, { masterKey: next });
  await isTold();
  expect(receiver.problems).toEqual([]);
  await expect(harness.replica({}, { masterKey: old })).rejects.toMatchObject({ code: 'master-key-wrong' });
});
