import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createFakeSlack, type FakeSlack } from '../src/chat/index.ts';

let slack: FakeSlack;
let ours: Server;
/** What was brought to us, and what we answer. */
const pressed: string[] = [];
let status = 200;

beforeEach(async () => {
  ours = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      pressed.push(new URLSearchParams(Buffer.concat(chunks).toString()).get('payload') ?? '');
      res.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve));
  const interactivityUrl = () => `http://127.0.0.1:${(ours.address() as AddressInfo).port}/`;
  slack = createFakeSlack({ port: 0, workspaceId: 'local', botToken: 'xoxb-x', signingSecret: 's', interactivityUrl });
  await slack.start();
  slack.setNames({ U012AB3CD: 'Ada Roth' });
});
afterEach(async () => {
  pressed.length = 0;
  status = 200;
  await slack.stop();
  ours.closeAllConnections();
  await new Promise((resolve) => ours.close(resolve));
  expect(slack.problems).toEqual([]);
});

const site = () => slack.baseUrl.replace('/api', '');
const wall = async () => (await fetch(`${site()}/wall/posts`)).json() as Promise<Record<string, unknown>[]>;
const press = async (body: string, origin = site()) => {
  const response = await fetch(`${site()}/wall/press`, { method: 'POST', headers: { origin }, body });
  return [response.status, await response.json()];
};

async function post(channel: string, mention = ''): Promise<void> {
  const button = (id: string) => ({
    type: 'button',
    action_id: id,
    text: { type: 'plain_text', text: id },
    value: 'v',
  });
  await fetch(`${slack.baseUrl}/chat.postMessage`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-x', 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      channel,
      text: `${mention}a page`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `${mention}*CRITICAL INC-1*` } },
        { type: 'section', text: { type: 'plain_text', text: 'a &lt;b&gt; &amp; c' } },
        { type: 'actions', elements: [button('accept'), button('reject')] },
      ],
    }),
  });
}

test('a message is shown as a person reads it, with whose it is', async () => {
  await post('U012AB3CD');
  await post('C0SECOPS1', '<@U045EF6GH> ');
  expect(await wall()).toMatchObject([
    {
      member: 'U012AB3CD',
      name: 'Ada Roth',
      channel: null,
      lines: [
        { as: 'headline', text: 'CRITICAL INC-1' },
        { as: 'text', text: 'a <b> & c' },
      ],
      buttons: [{ action: 'accept' }, { action: 'reject' }],
    },
    { member: 'U045EF6GH', name: null, channel: 'C0SECOPS1', lines: [{ text: 'CRITICAL INC-1' }, {}] },
  ]);
});

test('its buttons are pressed by whose it is; what we do not take is said', async () => {
  await post('U012AB3CD');
  const { sid } = slack.posts[0]!;
  expect(await press(`${sid} accept`)).toEqual([200, { taken: true }]);
  expect(JSON.parse(pressed[0] ?? '')).toMatchObject({ user: { id: 'U012AB3CD' }, actions: [{ action_id: 'accept' }] });
  status = 503;
  expect(await press(`${sid} reject`)).toEqual([200, { taken: false }]);
  expect((await press(`${sid} resolve`))[0]).toBe(404);
});

test('a page of another origin presses nothing', async () => {
  await post('U012AB3CD');
  expect((await press(`${slack.posts[0]!.sid} accept`, 'http://elsewhere.example'))[0]).toBe(403);
  expect(pressed).toEqual([]);
});

test.each(['/', '/wall/chat.js', '/wall/chat.css', '/wall/wall.css'])('%s is served', async (path) => {
  const response = await fetch(`${site()}${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});
