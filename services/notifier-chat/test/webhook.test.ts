import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { AnswerOutcome } from '@tocsin/proto/incident/v1';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { AnswerKind } from '@tocsin/proto/page/v1';
import type { Endpoint } from './endpoint.ts';
import { read, SECRET, startWebhookEndpoint } from './webhook-endpoint.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let endpoint: Endpoint;
beforeEach(async () => {
  [world, endpoint] = await Promise.all([startWorld(), startWebhookEndpoint()]);
  world.neighbours.addresses?.set('acme/ada/ada-phone', `webhook:${endpoint.url}/pages#${SECRET}`);
});
afterEach(async () => {
  await Promise.all([world.stop(), endpoint.stop()]);
  expect([...endpoint.problems, ...world.slack.problems]).toEqual([]);
  for (const personal of [SECRET, endpoint.url, 'Ben Ito']) expect(world.logged()).not.toContain(personal);
});

const deliver = (...args: Parameters<World['neighbours']['deliver']>) => world.neighbours.deliver(...args);

/** Answers as a program would: to the address that came with the page. */
async function answer(body: unknown, url = String(read(endpoint.received.at(-1)!).data.answerUrl)) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a page is signed JSON with everything that is known, and where to answer', async () => {
  expect(await deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'webhook' });
  expect(read(endpoint.received[0]!)).toEqual({
    type: 'notification.page',
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    data: {
      incident: 'INC-42',
      severity: 'critical',
      title: 'db-17 unreachable',
      text: 'PAGE CRITICAL INC-42 db-17 unreachable',
      owner: '',
      note: '2 new members',
      drill: false,
      possibleRepeat: false,
      usefulUntil: expect.stringMatching(/^\d{4}-.*Z$/),
      answerUrl: expect.stringContaining(`http://127.0.0.1:${world.port}/webhook/answers/`),
    },
  });
});

test('an answer is decided, and hears the decision; said again, the same', async () => {
  await deliver();
  const yours = { status: 200, body: { outcome: 'yours', says: 'INC-42: you have it.' } };
  expect(await answer({ answer: 'accept' })).toEqual(yours);
  world.neighbours.decide = () => ({ outcome: AnswerOutcome.OVER });
  expect(await answer({ answer: 'accept' })).toEqual(yours);
  expect(world.neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.ACCEPT, key: { personId: 'ada' } }]);
});

test('a reject brings its reason; who is late hears who has it', async () => {
  world.neighbours.decide = () => ({ outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' });
  await deliver();
  expect(await answer({ answer: 'reject', reason: 'in a plane' })).toMatchObject({
    body: { outcome: 'taken', says: 'INC-42: Ben Ito has it.' },
  });
  expect(world.neighbours.answersAsked).toMatchObject([{ answer: AnswerKind.REJECT, reason: 'in a plane' }]);
});

test.each([
  ['a word that is none', { answer: 'resolve' }, 'answer'],
  ['a field that is not known', { answer: 'accept', person: 'ben' }, 'body'],
  ['nothing', {}, 'answer'],
])('%s is refused, and the field is named', async (_, body, field) => {
  await deliver();
  expect(await answer(body)).toMatchObject({ status: 400, body: { code: 'answer-invalid', field } });
  expect(world.neighbours.answersAsked).toEqual([]);
});

test('what is no JSON is refused, and not repeated anywhere', async () => {
  await deliver();
  const url = String(read(endpoint.received[0]!).data.answerUrl);
  for (const body of ['{ "answer": "reject", "reason": "in a plane', `"${'x'.repeat(20_000)}"`]) {
    const response = await fetch(url, { method: 'POST', body });
    expect(response.status).toBe(400);
  }
  expect(world.logged()).not.toMatch(/in a plane|xxxx/);
  expect(world.neighbours.answersAsked).toEqual([]);
});

test('no page is answered with a token that was guessed, or that stands in a message of another way', async () => {
  world.neighbours.addresses?.set('acme/ben/ben-phone', 'slack:acme/U0BEN0002');
  await deliver({ personId: 'ben', contactMethodId: 'ben-phone' });
  const button = /"token\\":\\"([\w-]+)/.exec(JSON.stringify(world.slack.posts[0]?.blocks))?.[1];
  expect(button).toBeDefined();
  for (const token of [button, 'guessed']) {
    const url = `http://127.0.0.1:${world.port}/webhook/answers/${token}`;
    expect((await answer({ answer: 'accept' }, url)).status).toBe(404);
  }
  expect(world.neighbours.answersAsked).toEqual([]);
});

test('what may have arrived goes again under the same id, and says so', async () => {
  endpoint.next({ do: 'take-then-hang' });
  expect((await deliver()).outcome).toBe(Outcome.IN_PROGRESS);
  await until(async () => (await deliver()).outcome === Outcome.SENT, {
    everyMs: 500,
    timeoutMs: 20_000,
    what: 'the page to go again',
  });
  expect(endpoint.received.map((one) => read(one).data.possibleRepeat)).toEqual([false, true]);
  expect(new Set(endpoint.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('an endpoint that is gone is refused; news has nowhere to be answered', async () => {
  endpoint.next({ do: 'refuse', status: 410 });
  expect(await deliver()).toMatchObject({ outcome: Outcome.REFUSED, reason: 'provider-status-410' });
  await deliver({ kind: 'taken' }, { ownerPersonId: 'ben' });
  expect(read(endpoint.received[0]!)).toMatchObject({ type: 'notification.taken', data: { owner: 'Ben Ito' } });
  expect(read(endpoint.received[0]!).data).not.toHaveProperty('answerUrl');
});

test('an address inside a network that nobody allowed is never asked', async () => {
  world.neighbours.addresses?.set('acme/ada/ada-phone', `webhook:https://10.0.0.1/#${SECRET}`);
  expect(await deliver()).toMatchObject({ outcome: Outcome.REFUSED, reason: 'address-not-allowed' });
});
