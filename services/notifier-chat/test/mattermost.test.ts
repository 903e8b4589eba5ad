import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createPost } from '@tocsin/notifier-kit';
import { describeProvider } from '@tocsin/notifier-kit/testing';
import { createGuard } from '@tocsin/platform';
import { AnswerOutcome } from '@tocsin/proto/incident/v1';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { createMattermost } from '../src/providers/mattermost.ts';
import type { Endpoint } from './endpoint.ts';
import { HOOK, postIn, press, readable, startMattermost } from './mattermost-server.ts';
import { startWorld, type World } from './world.ts';

describeProvider('mattermost', async () => {
  const server = await startMattermost();
  const address = `mattermost:${server.url}${HOOK}#@ada`;
  let told = '';
  const provider = createMattermost(createPost(createGuard(['127.0.0.0/8'])), () => 'http://127.0.0.1:1');
  return {
    // A webhook has no ids of its own: what it took is known by ours.
    provider: {
      ...provider,
      async send(...args) {
        const sent = await provider.send(...args);
        told = sent.providerId;
        return sent;
      },
    },
    peer: {
      next: server.next,
      problems: server.problems,
      stop: server.stop,
      get asked() {
        return server.asked;
      },
      get resources() {
        return server.received.map((one) => {
          expect(postIn(one).channel).toBe('@ada');
          return { sid: told, to: address };
        });
      },
    },
    secrets: [HOOK],
    invalidTarget: { do: 'refuse', status: 404 },
    address,
    statuses: { 401: 'invalid-target', 403: 'invalid-target', 404: 'invalid-target' },
  };
});

let world: World;
let server: Endpoint;
beforeEach(async () => {
  [world, server] = await Promise.all([startWorld(), startMattermost()]);
  world.neighbours.addresses?.set('acme/ada/ada-phone', `mattermost:${server.url}${HOOK}#@ada`);
});
afterEach(async () => {
  await Promise.all([world.stop(), server.stop()]);
  expect(server.problems).toEqual([]);
  for (const personal of [HOOK, server.url, 'Ben Ito', 'Ada Roth']) expect(world.logged()).not.toContain(personal);
});

const deliver = (...args: Parameters<World['neighbours']['deliver']>) => world.neighbours.deliver(...args);
const newest = () => postIn(server.received.at(-1)!);
const text = () => readable(newest().attachments[0]!.text);

test('a page is a direct message with two buttons', async () => {
  expect(await deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'mattermost' });
  expect(text()).toBe('**CRITICAL INC-42**\ndb-17 unreachable');
  expect(newest()).toMatchObject({ channel: '@ada', text: '' });
});

test('in a channel of the team it names who is meant, and nobody else', async () => {
  world.neighbours.addresses?.set('acme/ada/ada-phone', `mattermost:${server.url}${HOOK}#@ada~sec-ops`);
  await deliver({}, { title: '@channel [log in](https://evil.example) **now**' });
  expect(newest()).toMatchObject({ channel: 'sec-ops', text: '@ada' });
  expect(newest().attachments[0]?.text).not.toMatch(/\[log in]\(|\*\*now/);
  expect(text()).toContain('@channel [log in](https://evil.example) **now**');
});

test('a press is decided, and the message says so and has no buttons any more', async () => {
  await deliver();
  const { reaction } = await press(newest(), 'accept', 'ada');
  expect(reaction.ephemeral_text).toBe('INC-42: you have it.');
  const [attachment] = reaction.update?.props.attachments ?? [];
  expect(readable(attachment?.text ?? '')).toBe('**CRITICAL INC-42**\ndb-17 unreachable\nAda Roth has it.');
  expect(attachment?.actions).toBeUndefined();
  expect(world.neighbours.answersAsked).toMatchObject([{ key: { personId: 'ada' } }]);
});

test('who is late is told who has it', async () => {
  world.neighbours.decide = () => ({ outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' });
  await deliver();
  expect((await press(newest(), 'accept', 'ada')).reaction.ephemeral_text).toBe('INC-42: Ben Ito has it.');
});

test('a press by somebody else counts for nobody', async () => {
  await deliver();
  const { reaction } = await press(newest(), 'accept', 'ben');
  expect(reaction).toEqual({ ephemeral_text: expect.stringContaining('somebody else') });
  expect(world.neighbours.answersAsked).toEqual([]);
});

test('a press with a token that is not of this page is refused', async () => {
  await deliver();
  const forged = newest();
  for (const { integration } of forged.attachments[0]!.actions!) integration.context.token = 'guessed';
  expect((await press(forged, 'accept', 'ada')).status).toBe(403);
  expect(world.neighbours.answersAsked).toEqual([]);
});

test('what is not decided keeps its buttons, and is decided at the next press', async () => {
  let away = true;
  world.neighbours.decide = () => {
    if (away) throw new Error('away');
    return { outcome: AnswerOutcome.YOURS };
  };
  await deliver();
  expect((await press(newest(), 'accept', 'ada')).reaction).toEqual({
    ephemeral_text: 'INC-42: noted, working on it.',
  });
  away = false;
  expect((await press(newest(), 'accept', 'ada')).reaction.ephemeral_text).toBe('INC-42: you have it.');
});

test('news asks for nothing', async () => {
  await deliver({ kind: 'taken' }, { ownerPersonId: 'ben' });
  expect(text()).toBe('**INC-42 is taken by Ben Ito.**');
  expect(newest().attachments[0]?.actions).toBeUndefined();
});
