import { describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { createFakeSlack } from '../../../deploy/local/src/chat/index.ts';
import { createPace } from '../src/slack/pace.ts';
import { renderSlack } from '../src/slack/render-slack.ts';
import { isSignedBySlack } from '../src/slack/signature.ts';
import { parsePress } from '../src/slack/take-press.ts';
import { WORKSPACE } from './world.ts';

describe('Slack’s signature', () => {
  // The example of https://docs.slack.dev/authentication/verifying-requests-from-slack
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  const timestamp = '1531420618';
  const body = Buffer.from(
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
      '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com' +
      '%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  );
  const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
  const then = Number(timestamp) * 1_000;

  test('is what Slack documents', () => {
    expect(isSignedBySlack([secret], { timestamp, signature, body }, then)).toBe(true);
    expect(isSignedBySlack(['another', secret], { timestamp, signature, body }, then)).toBe(true);
  });

  test.each([
    ['another secret', ['another'], {}, 0],
    ['no secret', [], {}, 0],
    ['a body of one byte more', [secret], { body: Buffer.concat([body, Buffer.from(' ')]) }, 0],
    ['another time', [secret], { timestamp: '1531420619' }, 0],
    ['no time', [secret], { timestamp: '' }, 0],
    ['a signature that is cut', [secret], { signature: signature.slice(0, -1) }, 0],
    ['no signature', [secret], { signature: '' }, 0],
    ['five minutes and a second', [secret], {}, 301_000],
    ['as much before', [secret], {}, -301_000],
  ])('is not right with %s', (_, secrets, change, later) => {
    expect(isSignedBySlack(secrets, { timestamp, signature, body, ...change }, then + later)).toBe(false);
  });
});

describe('the pace', () => {
  const met = (work: () => void): unknown => {
    try {
      work();
      return 'may go';
    } catch (error) {
      return error;
    }
  };

  test('lets a burst through, then a message a second, each channel on its own', () => {
    let now = 0;
    const pace = createPace(() => now);
    const post = (channel: string) => met(() => pace.enter('chat.postMessage', channel));
    expect([1, 2, 3, 4].map(() => post('C1'))).toEqual(Array(4).fill('may go'));
    expect(post('C1')).toMatchObject({ kind: 'rate-limited', reason: 'channel-busy', retryAfterMs: 1_000 });
    expect(post('C2')).toBe('may go');
    now = 1_000;
    expect(post('C1')).toBe('may go');
    expect(post('C1')).toMatchObject({ reason: 'channel-busy' });
    now = 60_000;
    expect([1, 2, 3, 4].map(() => post('C1'))).toEqual(Array(4).fill('may go'));
  });

  test('after a refusal holds the channel; after those of two channels, the workspace', () => {
    let now = 0;
    const pace = createPace(() => now);
    const post = (channel: string) => met(() => pace.enter('chat.postMessage', channel));
    pace.hold('chat.postMessage', 'C1', 30_000);
    expect(post('C1')).toMatchObject({ reason: 'rate-limited', retryAfterMs: 30_000 });
    expect(post('C2')).toBe('may go');
    pace.hold('chat.postMessage', 'C2', 10_000);
    expect(post('C3')).toMatchObject({ reason: 'rate-limited', retryAfterMs: 10_000 });
    // Changes of messages have limits of their own.
    expect(met(() => pace.enter('chat.update', 'C1'))).toBe('may go');
    now = 10_001;
    expect(post('C3')).toBe('may go');
    expect(post('C1')).toMatchObject({ retryAfterMs: 19_999 });
  });
});

test('a payload that is no press of ours is none', () => {
  const press = {
    type: 'block_actions',
    user: { id: 'U1' },
    container: { message_ts: '1.2', channel_id: 'D1' },
    actions: [{ action_id: 'accept', value: '{"token":"t","user":"U1"}' }],
  };
  expect(parsePress(JSON.stringify(press))).toMatchObject({ answer: 'accept', button: { token: 't' }, user: 'U1' });
  for (const wrong of [
    'no json',
    '{}',
    JSON.stringify({ ...press, type: 'view_submission' }),
    JSON.stringify({ ...press, actions: [] }),
    JSON.stringify({ ...press, actions: [{ action_id: 'resolve', value: press.actions[0]?.value }] }),
    JSON.stringify({ ...press, actions: [{ action_id: 'accept', value: 'no json' }] }),
    JSON.stringify({ ...press, actions: [{ action_id: 'accept', value: '{"token":"t"}' }] }),
  ])
    expect(parsePress(wrong)).toBeNull();
});

test('the simulated Slack takes our messages from Slack’s own client as well, and refuses what Slack would', async () => {
  const slack = createFakeSlack({
    port: 0,
    workspaceId: WORKSPACE.id,
    botToken: WORKSPACE.botToken,
    signingSecret: WORKSPACE.signingSecret,
    interactivityUrl: () => 'http://127.0.0.1:1',
  });
  await slack.start();
  const options = { slackApiUrl: `${slack.baseUrl}/`, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  const client = new WebClient(WORKSPACE.botToken, options);
  const words = { kind: 'page' as const, incidentNumber: 'INC-1', severity: 'high', title: 'a < b & c', ownerName: '' };
  const message = renderSlack(
    { ...words, note: '', drill: true, possibleRepeat: true },
    { button: { token: 't', user: 'U012AB3CD' } },
  );
  const { text, blocks } = message as { text: string; blocks: never[] };
  const posted = await client.chat.postMessage({ channel: 'U012AB3CD', text, blocks });
  expect(posted).toMatchObject({ ok: true, channel: 'D012AB3CD' });
  await client.chat.update({ channel: posted.channel!, ts: posted.ts!, text, blocks });
  expect(slack.posts[0]?.edits).toBe(1);
  expect(slack.readBy('U012AB3CD')).toEqual([
    '*HIGH INC-1*\na < b & c\nThis is a drill. Possible repeat.\nAccept\nReject',
  ]);
  expect(slack.problems).toEqual([]);
  const stranger = new WebClient('xoxb-another', options);
  await expect(stranger.chat.postMessage({ channel: 'C1', text, blocks })).rejects.toThrow('invalid_auth');
  slack.next({ do: 'refuse', status: 429, retryAfterSeconds: 3 });
  await expect(client.chat.postMessage({ channel: 'C1', text, blocks })).rejects.toMatchObject({ retryAfter: 3 });
  await expect(client.chat.postMessage({ channel: 'C12', text: '<!channel>', blocks })).rejects.toThrow();
  expect(slack.problems).toEqual([expect.stringContaining('unescaped')]);
  await slack.stop();
});
