import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import twilio from 'twilio';
import type { Carrier } from '../src/carrier/index.ts';
import { createCarrier } from '../src/carrier/index.ts';
import {
  account,
  ada,
  ben,
  type Customer,
  clientOf,
  secondAccount,
  startCarrier,
  startCustomer,
  until,
} from './carrier-setup.ts';

let carrier: Carrier;
let customer: Customer;
beforeEach(async () => {
  customer = await startCustomer();
  carrier = await startCarrier();
});
afterEach(async () => {
  await carrier.stop();
  await customer.stop();
});

const hello = { to: ada, from: account.from, body: 'Disk full.' };
const base = `/2010-04-01/Accounts/${account.accountSid}`;
const authorization = `Basic ${Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')}`;

function post(path: string, parameters: string[][], headers: Record<string, string> = {}): Promise<Response> {
  return fetch(carrier.url + base + path, {
    method: 'POST',
    headers: { authorization, ...headers },
    body: new URLSearchParams(parameters as [string, string][]),
    signal: AbortSignal.timeout(5000),
  });
}

const sms = (changes: object) => Object.entries({ To: ada, From: account.from, Body: 'Disk full.', ...changes });
const call = (changes: object) =>
  Object.entries({ To: ada, From: account.from, Url: 'https://example.test/voice', ...changes });
const without = (parameters: string[][], name: string) => parameters.filter(([each]) => each !== name);

describe('the carrier refuses, in Twilio’s words, and remembers', () => {
  test.each([
    ['a parameter that nobody knows', '/Messages.json', sms({ Bodyy: 'x' }), 20001],
    ['a parameter given twice', '/Messages.json', [...sms({}), ['To', ben]], 20001],
    ['a message to nobody', '/Messages.json', without(sms({}), 'To'), 21604],
    ['a message to no number', '/Messages.json', sms({ To: '555-1234' }), 21211],
    ['a message from nobody', '/Messages.json', without(sms({}), 'From'), 21603],
    ['a message from no number', '/Messages.json', sms({ From: 'Tocsin' }), 21212],
    ["a message from another's number", '/Messages.json', sms({ From: secondAccount.from }), 21606],
    ['a message without words', '/Messages.json', sms({ Body: '' }), 21602],
    ['a message of more than 1600 characters', '/Messages.json', sms({ Body: 'x'.repeat(1601) }), 21617],
    ['a callback to no URL', '/Messages.json', sms({ StatusCallback: 'status' }), 21609],
    ['a validity of no time', '/Messages.json', sms({ ValidityPeriod: '0' }), 90007],
    ['a validity that is no whole number', '/Messages.json', sms({ ValidityPeriod: '1.5' }), 90007],
    ['a call to nobody', '/Calls.json', without(call({}), 'To'), 21201],
    ['a call to no number', '/Calls.json', call({ To: '+0' }), 21211],
    ['a call from nobody', '/Calls.json', without(call({}), 'From'), 21213],
    ["a call from another's number", '/Calls.json', call({ From: secondAccount.from }), 21210],
    ['a call without instructions', '/Calls.json', without(call({}), 'Url'), 21218],
    ['a call to no URL', '/Calls.json', call({ Url: '/voice' }), 21205],
    ['a call with instructions twice', '/Calls.json', call({ Twiml: '<Response/>' }), 20002],
    ['a method that callbacks do not have', '/Calls.json', call({ Method: 'PUT' }), 21209],
    ['an event that calls do not have', '/Calls.json', call({ StatusCallbackEvent: 'finished' }), 21626],
    ['ringing for no time', '/Calls.json', call({ Timeout: '0' }), 21208],
    ['detection of a kind that is not there', '/Calls.json', call({ MachineDetection: 'yes' }), 20002],
    [
      'a message that is not there',
      '/Messages/SM00000000000000000000000000000000.json',
      [['Status', 'canceled']],
      20404,
    ],
    ['a resource that is not there', '/Faxes.json', [], 20404],
  ])('%s', async (_, path, parameters, code) => {
    const response = await post(path, parameters);
    const status = code === 20404 ? 404 : 400;
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      code,
      message: expect.any(String),
      more_info: `https://www.twilio.com/docs/errors/${code}`,
      status,
    });
    expect(carrier.unexpected).toEqual([expect.stringContaining(String(code))]);
    expect(carrier.phone(ada).calls).toEqual([]);
  });

  test.each([
    ['a wrong token', { authorization: `Basic ${Buffer.from(`${account.accountSid}:wrong`).toString('base64')}` }],
    [
      "another account's token",
      {
        authorization: `Basic ${Buffer.from(`${secondAccount.accountSid}:${secondAccount.authToken}`).toString('base64')}`,
      },
    ],
    ['no token', { authorization: '' }],
  ])('%s', async (_, headers) => {
    const response = await post('/Messages.json', sms({}), headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Twilio API"');
    expect(await response.json()).toMatchObject({ code: 20003, message: 'Authenticate' });
    expect(carrier.unexpected).toEqual([expect.stringContaining('20003')]);
  });

  test('a body that is no form, a query on a post, and a method of its own', async () => {
    expect((await post('/Messages.json', sms({}), { 'content-type': 'application/json' })).status).toBe(400);
    expect((await post('/Messages.json?To=1', sms({}))).status).toBe(400);
    expect(
      (await fetch(`${carrier.url}${base}/Messages.json`, { method: 'DELETE', headers: { authorization } })).status,
    ).toBe(405);
    expect(carrier.unexpected).toHaveLength(3);
  });

  test('dates and filters that lists do not have', async () => {
    const list = (query: string) =>
      fetch(`${carrier.url}${base}/Messages.json?${query}`, { headers: { authorization } });
    expect((await list('DateSent%3E=yesterday')).status).toBe(400);
    expect((await list('Body=x')).status).toBe(400);
    expect((await list('PageSize=1001')).status).toBe(400);
    expect((await list('DateSent%3E=2026-01-01&To=%2B15551230001')).status).toBe(200);
    expect(carrier.unexpected).toHaveLength(3);
  });
});

describe('the record', () => {
  test('holds every request in order, with what was asked and answered', async () => {
    const client = clientOf(carrier);
    const before = Date.now();
    const { sid } = await client.messages.create(hello);
    await client.messages(sid).fetch();
    await client.messages.list({ to: ada });
    await client.messages.create({ ...hello, to: 'nobody' }).catch(() => {});
    const [taken, fetched, listed, refused] = carrier.record();
    expect(taken).toMatchObject({
      account: account.accountSid,
      kind: 'message',
      to: ada,
      from: account.from,
      body: hello.body,
      sid,
      status: 201,
    });
    expect(fetched).toMatchObject({ kind: 'fetch', to: ada, sid, status: 200 });
    expect(listed).toMatchObject({ kind: 'list', to: ada, status: 200 });
    expect(refused).toMatchObject({ kind: 'message', to: 'nobody', status: 400, code: 21211 });
    const times = carrier.record().map((event) => event.receivedAt);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(times[0]).toBeGreaterThanOrEqual(before);
  });

  test('is a copy that later requests do not change', async () => {
    await clientOf(carrier).messages.create(hello);
    const early = carrier.record();
    await clientOf(carrier).messages.create(hello);
    expect(early).toHaveLength(1);
  });
});

describe('a fault', () => {
  const refusedBy = (promise: Promise<unknown>) =>
    promise.then(
      () => 'taken',
      (error) => error.status ?? error.code,
    );

  test('answers with a status, for the account, kind, number and times that it names', async () => {
    carrier.fault({ accountSid: account.accountSid, kind: 'message', to: ada, times: 1, do: { status: 503 } });
    carrier.fault({ to: ben, do: { status: 429, code: 20429 } });
    const client = clientOf(carrier);
    expect(
      await refusedBy(clientOf(carrier, secondAccount).messages.create({ ...hello, from: secondAccount.from })),
    ).toBe('taken');
    expect(await refusedBy(client.calls.create({ to: ada, from: account.from, twiml: '<Response/>' }))).toBe('taken');
    expect(await refusedBy(client.messages.create(hello))).toBe(503);
    expect(await refusedBy(client.messages.create(hello))).toBe('taken');
    expect(await refusedBy(client.messages.create({ ...hello, to: ben }))).toBe(429);
    carrier.clearFaults();
    expect(await refusedBy(client.messages.create({ ...hello, to: ben }))).toBe('taken');
    expect(carrier.unexpected).toEqual([]);
  });

  test('is over when it is removed', async () => {
    const remove = carrier.fault({ do: { status: 500 } });
    expect(await refusedBy(clientOf(carrier).messages.create(hello))).toBe(500);
    remove();
    expect(await refusedBy(clientOf(carrier).messages.create(hello))).toBe('taken');
  });

  test('that refuses the connection takes nothing', async () => {
    carrier.fault({ do: 'refuse-connection' });
    expect(await refusedBy(clientOf(carrier).messages.create(hello))).toBe('ECONNRESET');
    expect(carrier.record()).toMatchObject([{ kind: 'message' }]);
    expect(carrier.record()[0]).not.toHaveProperty('status');
    expect(carrier.record()[0]).not.toHaveProperty('sid');
  });

  test('that takes and drops sends the message without a word', async () => {
    carrier.fault({ times: 1, do: 'take-then-drop' });
    const client = clientOf(carrier);
    expect(await refusedBy(client.messages.create({ ...hello, statusCallback: `${customer.url}/status` }))).toBe(
      'ECONNRESET',
    );
    const [event] = carrier.record();
    expect(event?.sid).toMatch(/^SM/);
    expect(event).not.toHaveProperty('status');
    expect(await client.messages.list({ to: ada })).toMatchObject([{ sid: event?.sid }]);
    await until(() => customer.at('/status').length === 2, 'its callbacks all the same');
  });

  test('that hangs answers nobody, and does not hold up the stop', async () => {
    carrier.fault({ do: 'hang' });
    const answered = post('/Messages.json', sms({})).then(
      () => 'answered',
      () => 'cut off',
    );
    await until(() => carrier.record().length === 1, 'the request');
    expect(await Promise.race([answered, new Promise((resolve) => setTimeout(() => resolve('silent'), 100))])).toBe(
      'silent',
    );
    const stoppedAt = Date.now();
    await carrier.stop();
    expect(Date.now() - stoppedAt).toBeLessThan(1000);
    expect(await answered).toBe('cut off');
  });

  test('that delays takes the message even if its client has gone by then', async () => {
    carrier.fault({ do: { delayMs: 80 } });
    await expect(
      fetch(`${carrier.url}${base}/Messages.json`, {
        method: 'POST',
        headers: { authorization },
        body: new URLSearchParams(sms({})),
        signal: AbortSignal.timeout(20),
      }),
    ).rejects.toThrow();
    await until(() => carrier.phone(ada).messages.length === 1, 'the message');
  });

  test('lets a message or a call be taken, and fail afterwards with a code', async () => {
    const client = clientOf(carrier);
    carrier.fault({ kind: 'message', to: ada, times: 1, do: { failsWith: 30006 } });
    carrier.fault({ kind: 'call', do: { failsWith: 32017 } });
    const statusCallback = `${customer.url}/status`;
    const lost = await client.messages.create({ ...hello, statusCallback });
    await until(() => customer.heard.length === 2, 'sent and undelivered');
    expect(customer.heard.map((each) => [each.parameters.MessageStatus, each.parameters.ErrorCode])).toEqual([
      ['sent', undefined],
      ['undelivered', '30006'],
    ]);
    expect(await client.messages(lost.sid).fetch()).toMatchObject({ status: 'undelivered', errorCode: 30006 });
    expect(carrier.phone(ada).messages).toEqual([]);
    await client.messages.create({ ...hello, statusCallback });
    await until(() => carrier.phone(ada).messages.length === 1, 'the next message');

    await client.calls.create({ to: ada, from: account.from, twiml: '<Response/>', statusCallback });
    const ended = await until(() => customer.heard.find((each) => each.parameters.CallStatus), 'the end of the call');
    expect(ended.parameters).toMatchObject({ CallStatus: 'failed', ErrorCode: '32017', SipResponseCode: '503' });
    expect(carrier.phone(ada).calls[0]?.ringingAt).toBeUndefined();
  });

  test.each([
    ['a code that Twilio does not have', { do: { failsWith: 404 } }],
    ['a list that fails later', { kind: 'list' as const, do: { failsWith: 30006 } }],
  ])('%s is refused', (_, rule) => {
    expect(() => carrier.fault(rule)).toThrow(/error code|comes to no end/);
  });

  test('loses callbacks, or tells them twice under one token', async () => {
    const client = clientOf(carrier);
    carrier.fault({ kind: 'message', times: 1, do: 'lose-callbacks' });
    carrier.fault({ kind: 'message', do: 'duplicate-callbacks' });
    await client.messages.create({ ...hello, statusCallback: `${customer.url}/status` });
    await until(() => customer.heard.length === 2, 'two callbacks');
    expect(customer.heard.map((each) => each.parameters.MessageStatus)).toEqual(['delivered', 'delivered']);
    expect(customer.heard[0]?.token).toBeTruthy();
    expect(customer.heard[0]?.token).toBe(customer.heard[1]?.token);
  });
});

test('a callback that the customer refuses is unexpected, one that fails is not', async () => {
  customer.answers.set('/refuses', 403);
  customer.answers.set('/fails', 503);
  const client = clientOf(carrier);
  await client.messages.create({ ...hello, statusCallback: `${customer.url}/fails` });
  await client.messages.create({ ...hello, statusCallback: 'http://127.0.0.1:9/away' });
  await until(() => customer.at('/fails').length === 2, 'two callbacks that fail');
  expect(carrier.unexpected).toEqual([]);
  await client.messages.create({ ...hello, statusCallback: `${customer.url}/refuses` });
  await until(() => carrier.unexpected.length === 2, 'two complaints');
});

test('a signature is the one that Twilio would have made', async () => {
  const stranger = await startCustomer(['another token']);
  await clientOf(carrier).messages.create({ ...hello, statusCallback: `${stranger.url}/status` });
  const first = await until(() => stranger.heard[0], 'a callback');
  expect(first.signed).toBe(false);
  await stranger.stop();
});

test('two hundred requests at once are all taken', async () => {
  const client = clientOf(carrier);
  const taken = await Promise.all(
    Array.from({ length: 200 }, (_, index) => client.messages.create({ ...hello, to: `+1555200${1000 + index}` })),
  );
  expect(new Set(taken.map((message) => message.sid)).size).toBe(200);
  expect(carrier.record().filter((event) => event.status === 201)).toHaveLength(200);
});

test('options that are wrong are all named', () => {
  const wrong = () =>
    createCarrier({
      port: 99_999,
      accounts: [{ accountSid: 'AC1', authToken: 'x', from: '5550100' }],
      timings: { queueMs: -1 },
    });
  expect(wrong).toThrow(/port[\s\S]*queueMs[\s\S]*accountSid[\s\S]*from/);
});

test('its errors reach the client library as RestException', async () => {
  const error = await clientOf(carrier, { ...account, authToken: 'wrong' })
    .messages.create(hello)
    .catch((caught) => caught);
  expect(error).toBeInstanceOf(twilio.RestException);
  expect(error).toMatchObject({ status: 401, code: 20003, moreInfo: 'https://www.twilio.com/docs/errors/20003' });
});
