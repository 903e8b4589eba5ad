import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Carrier, createCarrier } from '../src/carrier/index.ts';
import { createFakeSlack, type FakeSlack, slackOf } from '../src/chat/index.ts';
import { ada, ben, shownOn, tap } from './carrier-setup.ts';

const ADA = 'U012AB3CD';
const BEN = 'U045EF6GH';
const SECRET = 'a-signing-secret';

let carrier: Carrier;
let slack: FakeSlack;
let ours: Server;
/** What was brought to us, and what we answer. */
const pressed: { headers: IncomingHttpHeaders; body: string }[] = [];
let status = 200;

beforeEach(async () => {
  ours = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      pressed.push({ headers: req.headers, body: Buffer.concat(chunks).toString() });
      res.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve));
  const interactivityUrl = () => `http://127.0.0.1:${(ours.address() as AddressInfo).port}/`;
  const workspace = { workspaceId: 'local', botToken: 'xoxb-x', signingSecret: SECRET };
  slack = createFakeSlack({ port: 0, ...workspace, interactivityUrl });
  carrier = createCarrier({ port: 0, accounts: [] });
  await slack.start();
  await carrier.start();
  carrier.install(ada, slackOf(slack, ADA));
  carrier.install(ben, slackOf(slack, BEN));
});
afterEach(async () => {
  pressed.length = 0;
  status = 200;
  await carrier.stop();
  await slack.stop();
  ours.closeAllConnections();
  await new Promise((resolve) => ours.close(resolve));
  expect(slack.problems).toEqual([]);
});

async function ask(method: string, fields: object): Promise<void> {
  const response = await fetch(`${slack.baseUrl}/${method}`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-x', 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(fields),
  });
  expect(await response.json()).toMatchObject({ ok: true });
}

/** A page as our app writes it, with its buttons or with what came of it. */
function words({ mention = '', outcome = '' } = {}): object {
  const button = (id: string) => ({
    type: 'button',
    action_id: id,
    text: { type: 'plain_text', text: id },
    value: 'v',
  });
  const plain = (text: string) => ({ type: 'plain_text', text });
  return {
    text: `${mention}a page`,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `${mention}*CRITICAL INC-1*` } },
      { type: 'section', text: plain('a &lt;b&gt; &amp; c') },
      outcome === ''
        ? { type: 'actions', elements: [button('accept'), button('reject')] }
        : { type: 'context', elements: [plain(outcome)] },
    ],
  };
}

const post = (channel: string, mention = '') => ask('chat.postMessage', { channel, ...words({ mention }) });
const newest = () => slack.posts.at(-1)!;
const press = (action: string, headers?: Record<string, string>) =>
  tap(carrier, ada, { app: `slack-${ADA}`, message: newest().sid, action }, headers);
const screen = async (id: string) => (await shownOn(carrier, id)).apps;

test('a message is on the phone of whose it is, as a person reads it', async () => {
  await post(ADA);
  expect(await screen(ada)).toEqual([
    {
      app: `slack-${ADA}`,
      appName: 'Slack',
      id: newest().sid,
      place: '',
      title: 'CRITICAL INC-1',
      body: 'a <b> & c',
      at: newest().at,
      actions: [
        { action: 'accept', title: 'accept' },
        { action: 'reject', title: 'reject' },
      ],
    },
  ]);
  expect(await screen(ben)).toEqual([]);
});

test('a message in a channel is on the phone of whom it names', async () => {
  await post('C0SECOPS1', `<@${BEN}> `);
  expect(await screen(ben)).toMatchObject([{ place: 'C0SECOPS1', title: 'CRITICAL INC-1' }]);
  expect(await screen(ada)).toEqual([]);
});

test('its buttons bring what Slack would bring, signed, from whose phone it is', async () => {
  await post(ADA);
  expect(await press('accept')).toEqual({ status: 200, body: { taken: true } });
  const [{ headers, body }] = pressed as [(typeof pressed)[number]];
  expect(JSON.parse(new URLSearchParams(body).get('payload') ?? '')).toMatchObject({
    type: 'block_actions',
    user: { id: ADA },
    actions: [{ action_id: 'accept', value: 'v' }],
  });
  const signed = `v0:${headers['x-slack-request-timestamp']}:${body}`;
  expect(headers['x-slack-signature']).toBe(`v0=${createHmac('sha256', SECRET).update(signed).digest('hex')}`);
});

test('what we do not take is said, and can be pressed again; a button that is gone cannot', async () => {
  await post(ADA);
  status = 503;
  expect(await press('reject')).toEqual({ status: 200, body: { taken: false } });
  status = 200;
  expect(await press('reject')).toEqual({ status: 200, body: { taken: true } });
  expect((await press('resolve')).status).toBe(409);
  await ask('chat.update', { channel: newest().channel, ts: newest().ts, ...words({ outcome: 'Ben Ito has it.' }) });
  expect((await press('accept')).status).toBe(409);
  expect(pressed).toHaveLength(2);
});

test('a message that is changed is changed on the phone, without being asked for', async () => {
  await post(ADA);
  const response = await fetch(`${carrier.url}/wall/events`, { signal: AbortSignal.timeout(5_000) });
  let told = '';
  let shown: string[] = [];
  for await (const chunk of response.body!) {
    const before = shown.length;
    told += Buffer.from(chunk).toString();
    shown = [...told.matchAll(/^event: phone\ndata: (.*)\n\n/gm)]
      .map(([, data]) => JSON.parse(data!) as { id: string; apps: { body: string; actions: object[] }[] })
      .filter(({ id }) => id === ada)
      .map(({ apps: [one] }) => `${one?.body}, ${one?.actions.length} buttons`);
    if (before === 0 && shown.length === 1) {
      const { channel, ts } = newest();
      await ask('chat.update', { channel, ts, ...words({ outcome: 'Ben Ito has it.' }) });
    }
    if (shown.length === 2) break;
  }
  expect(shown).toEqual(['a <b> & c, 2 buttons', 'a <b> & c\nBen Ito has it., 0 buttons']);
});

test('a page of another origin presses nothing', async () => {
  await post(ADA);
  expect((await press('accept', { origin: 'http://elsewhere.example' })).status).toBe(403);
  expect(pressed).toEqual([]);
});
