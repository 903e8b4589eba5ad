import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { NotFound, serve, services } from '@tocsin/platform';
import { DeviceWord, type HearDeviceRequest } from '@tocsin/proto/notifier/v1';
import { expectExercised } from '../api.ts';
import { type Harness, log, openHarness } from '../harness.ts';

let harness: Harness;
let notifier: { stop(): Promise<void> };
const heard: Pick<HearDeviceRequest, 'token' | 'word'>[] = [];
beforeAll(async () => {
  harness = await openHarness();
  const handlers = {
    deliver: async () => ({}),
    withdraw: async () => ({}),
    async hearDevice({ token, word }: HearDeviceRequest) {
      if (token !== 'right')
        throw new NotFound('no page is answered with this', { code: 'page-unknown', field: 'token' });
      heard.push({ token, word });
      return { incidentNumber: 'INC-42', outcome: word === DeviceWord.SHOWN ? 'shown' : 'yours', says: 'you have it' };
    },
  };
  notifier = serve(harness.nc, services.notifier, handlers, { log, instance: 'push' });
  await harness.nc.flush();
});
afterAll(async () => {
  await notifier?.stop();
  await harness?.close();
});
beforeEach(() => void heard.splice(0));

const answer = (body: object, headers: Record<string, string> = { origin: harness.url }) =>
  harness.api.ask('push.answer', { body, headers });

test('a page is answered by its token, without a session', async () => {
  expect(await answer({ token: 'right', answer: 'accept' })).toMatchObject({
    status: 200,
    body: { incident: 'INC-42', outcome: 'yours', says: 'you have it' },
  });
  await answer({ token: 'right', answer: 'reject' });
  await harness.api.call('push.shown', { body: { token: 'right' }, headers: { origin: harness.url } });
  expect(heard.map(({ word }) => word)).toEqual([DeviceWord.ACCEPT, DeviceWord.REJECT, DeviceWord.SHOWN]);
});

test('a token that is none answers nothing', async () => {
  expect(await answer({ token: 'wrong', answer: 'accept' })).toMatchObject({
    status: 404,
    body: { code: 'page-unknown', field: 'token' },
  });
});

test('a page of another site cannot answer', async () => {
  const elsewhere = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await answer({ token: 'right', answer: 'accept' }, elsewhere)).status).toBe(403);
  expect(heard).toEqual([]);
});

test('a whole office that is paged answers from one network', async () => {
  const { api, url } = await harness.replica({}, { strangersPerMinute: 1 });
  const asked = { body: { token: 'right', answer: 'accept' }, headers: { origin: url } };
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.ask('push.answer', asked)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

test('a word that is none is refused by name', async () => {
  expect(await answer({ token: 'right', answer: 'resolve' })).toMatchObject({ status: 400, body: { field: 'answer' } });
});

test('while no notifier is there, the browser hears that it may try again', async () => {
  await notifier.stop();
  expect((await answer({ token: 'right', answer: 'accept' })).status).toBe(503);
});

expectExercised('push');
