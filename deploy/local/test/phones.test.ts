import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parseOrganisation } from '@tocsin/cli';
import { type Carrier, createCarrier } from '../src/carrier/index.ts';
import { createFakeSlack, type FakeSlack } from '../src/chat/index.ts';
import { showPhones } from '../src/phones.ts';
import { createPushService, type LocalPushService, newVapidKeys } from '../src/push/index.ts';
import { ada, ben, shownOn, tap } from './carrier-setup.ts';

let carrier: Carrier;
let slack: FakeSlack;
let push: LocalPushService;
beforeEach(async () => {
  const workspace = { workspaceId: 'local', botToken: 'xoxb-x', signingSecret: 's' };
  slack = createFakeSlack({ port: 0, ...workspace, interactivityUrl: () => 'http://127.0.0.1:1' });
  push = createPushService({ port: 0, publicKey: newVapidKeys().publicKey });
  carrier = createCarrier({ port: 0, accounts: [] });
  await slack.start();
  await carrier.start();
});
afterEach(async () => {
  await carrier.stop();
  await slack.stop();
  expect([...slack.problems, ...carrier.unexpected]).toEqual([]);
});

function show(people: Record<string, [channel: string, address: string][]>): void {
  const file = {
    organisation: { id: 'acme', name: 'Acme', default_policy: 'main' },
    people: Object.entries(people).map(([id, methods]) => ({
      id,
      name: `${id} by name`,
      contact_methods: methods.map(([channel, address], n) => ({ id: `${id}-${n}`, channel, address })),
    })),
    policies: [
      {
        id: 'main',
        name: 'Main',
        layers: [{ targets: [{ person: 'ada' }], try_for: '60s' }],
        catch_all: [{ person: 'ada' }],
        catch_all_every: '60s',
      },
    ],
  };
  showPhones({ carrier, slack, push }, parseOrganisation(JSON.stringify(file), 'organisation.yaml'));
}

async function write(channel: string): Promise<void> {
  const text = { type: 'plain_text', text: 'a page' };
  const response = await fetch(`${slack.baseUrl}/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-x', 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel, text: 'a page', blocks: [{ type: 'section', text }] }),
  });
  expect(await response.json()).toMatchObject({ ok: true });
}

test('who has a phone has browser and Slack on it; who has no Slack of the simulated workspace has none', async () => {
  show({
    ada: [
      ['sms', ada],
      ['chat', 'slack:local/U0ADA'],
      ['push', push.device('ada').address],
    ],
    ben: [
      ['sms', ben],
      ['chat', 'slack:elsewhere/U0BEN'],
    ],
  });
  await write('U0ADA');
  expect(await shownOn(carrier, ada)).toMatchObject({ name: 'ada by name', apps: [{ appName: 'Slack' }] });
  expect(await shownOn(carrier, ben)).toMatchObject({ name: 'ben by name', apps: [] });
  const nothing = { message: 'x', action: 'accept' };
  expect((await tap(carrier, ada, { app: 'push-ada', ...nothing })).status).toBe(409);
  expect((await tap(carrier, ben, { app: 'slack-U0BEN', ...nothing })).status).toBe(400);
});

test('who has no number has a phone without one, which only apps reach', async () => {
  show({ ada: [['chat', 'slack:local/U0ADA@C0SECOPS']] });
  expect(await shownOn(carrier, 'ada')).toMatchObject({ number: null, name: 'ada by name', apps: [] });
  const response = await fetch(`${carrier.url}/wall/phones/ada/reply`, {
    method: 'POST',
    headers: { origin: carrier.url },
    body: JSON.stringify({ text: 'Hello' }),
  });
  expect(response.status).toBe(400);
});

test('a member whom the file does not know is on the wall once there is something to read', async () => {
  show({ ada: [['sms', ada]] });
  await write('U0STRANGER');
  expect(await shownOn(carrier, 'U0STRANGER')).toMatchObject({
    number: null,
    name: null,
    apps: [{ appName: 'Slack', title: 'a page' }],
  });
});
