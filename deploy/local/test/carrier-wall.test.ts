import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Carrier } from '../src/carrier/index.ts';
import { account, ada, ben, type Customer, clientOf, startCarrier, startCustomer, until } from './carrier-setup.ts';

let carrier: Carrier;
let customer: Customer;
const readers: AbortController[] = [];
beforeEach(async () => {
  customer = await startCustomer();
  carrier = await startCarrier();
  carrier.setNames({ [ada]: 'Ada Marsh' });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.abort();
  await carrier.stop();
  await customer.stop();
});

const question = '<Response><Gather numDigits="1" timeout="60"><Say>Press 4.</Say></Gather></Response>';
const placeCall = () => clientOf(carrier).calls.create({ to: ada, from: account.from, twiml: question });
const ringing = () => until(() => carrier.phone(ada).calls.find((call) => call.status === 'ringing'), 'ringing');

function act(
  action: string,
  body: unknown,
  headers: Record<string, string> = { origin: carrier.url },
  number = ada,
): Promise<Response> {
  return fetch(`${carrier.url}/wall/phones/${encodeURIComponent(number)}/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
}

interface Told {
  id: string | undefined;
  event: string | undefined;
  data: {
    number?: string;
    name?: string;
    resumed?: boolean;
    messages?: { body: string }[];
    calls?: { status: string; spoken: string[] }[];
  };
}

/** Follows the wall's events as a browser does. */
async function follow(lastEventId?: string): Promise<Told[]> {
  const reader = new AbortController();
  readers.push(reader);
  const headers: Record<string, string> = lastEventId ? { 'last-event-id': lastEventId } : {};
  const response = await fetch(`${carrier.url}/wall/events`, { headers, signal: reader.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const told: Told[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const data = field('data');
        if (data) told.push({ id: field('id'), event: field('event'), data: JSON.parse(data) });
      }
    }
  };
  read().catch(() => {});
  return told;
}

describe('the wall', () => {
  test.each([
    ['/', 'text/html', 'Phone wall'],
    ['/wall/wall.css', 'text/css', ':root'],
    ['/wall/phone.css', 'text/css', '.phone'],
    ['/wall/wall.js', 'text/javascript', 'EventSource'],
    ['/wall/phone-card.js', 'text/javascript', 'createPhoneCard'],
    ['/wall/thread.js', 'text/javascript', 'showThread'],
    ['/wall/apps.css', 'text/css', '.apps'],
    ['/wall/apps.js', 'text/javascript', 'showApps'],
  ])('serves %s, which loads nothing from elsewhere', async (path, type, content) => {
    const response = await fetch(carrier.url + path);
    const body = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(body).toContain(content);
    expect(body.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
  });

  test('knows nothing else, and says so to the tests', async () => {
    expect((await fetch(`${carrier.url}/v1/messages`)).status).toBe(404);
    expect((await fetch(`${carrier.url}/..%2fcarrier.ts`)).status).toBe(404);
    expect(carrier.unexpected).toHaveLength(2);
  });

  test('tells each phone whole when somebody comes, then as it changes', async () => {
    await clientOf(carrier).messages.create({ to: ben, from: account.from, body: 'Hello Ben' });
    await until(() => carrier.phone(ben).messages.length === 1, 'the message');
    const told = await follow();
    await until(() => told.length === 3, 'both phones');
    expect(told[0]).toMatchObject({ event: 'hello', data: { resumed: false } });
    expect(told[1]).toMatchObject({
      event: 'phone',
      data: { number: ada, name: 'Ada Marsh', messages: [], calls: [] },
    });
    expect(told[2]).toMatchObject({
      data: { number: ben, name: null, messages: [{ body: 'Hello Ben', mine: false }] },
    });
    await placeCall();
    await until(() => told.at(-1)?.data.calls?.[0]?.status === 'ringing', 'ringing');
    await carrier.phone(ada).answer();
    await until(() => told.at(-1)?.data.calls?.[0]?.spoken.includes('Press 4.'), 'the words');
    expect(told.at(-1)?.data.number).toBe(ada);
  });

  test('goes on where a viewer left off, and starts anew for one of an earlier carrier', async () => {
    carrier.setNames({ [ben]: 'Ben Ito' });
    const first = await follow();
    await until(() => first.length === 3, 'both phones');
    const seen = first.at(-1)?.id ?? '';
    await clientOf(carrier).messages.create({ to: ada, from: account.from, body: 'News' });
    await until(() => carrier.phone(ada).messages.length === 1, 'the message');
    const resumed = await follow(seen);
    await until(() => resumed.length === 2, 'the phone that changed');
    expect(resumed.map((each) => each.data.number ?? each.data.resumed)).toEqual([true, ada]);
    const anew = await follow('0123456789ab-1');
    await until(() => anew.length === 3, 'both phones');
    expect(anew[0]?.data.resumed).toBe(false);
  });
});

describe("the wall's buttons", () => {
  test('answer, press, hang up and write', async () => {
    const { sid } = await placeCall();
    await ringing();
    expect(await (await act('answer', { callSid: sid })).json()).toEqual({ callSid: sid });
    expect(await (await act('press', { digit: '#' })).json()).toEqual({ heard: true });
    await placeCall();
    await ringing();
    await act('answer', {});
    expect((await act('hang-up', {})).status).toBe(200);
    customer.answers.set('/sms', '<Response><Message>Thanks.</Message></Response>');
    carrier.setSmsUrl(account.accountSid, `${customer.url}/sms`);
    expect(await (await act('reply', { text: ' 7F3K1 ' })).json()).toMatchObject({ answers: ['Thanks.'] });
    expect(customer.at('/sms')[0]?.parameters.Body).toBe('7F3K1');
  });

  test.each([
    ['no origin', {}],
    ['another origin', { origin: 'http://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a frame of another site', { 'sec-fetch-site': 'cross-site' }],
  ])('refuse %s', async (_, headers) => {
    await placeCall();
    await ringing();
    const origin: Record<string, string> = 'sec-fetch-site' in headers ? { origin: carrier.url } : {};
    expect((await act('answer', {}, { ...origin, ...headers })).status).toBe(403);
    expect(carrier.phone(ada).calls[0]?.status).toBe('ringing');
  });

  test.each([
    ['answer', {}, 409, 'no ringing call'],
    ['press', { digit: '12' }, 400, 'digit'],
    ['press', { digit: '1', often: 2 }, 400, 'often'],
    ['reply', { text: ' ' }, 400, 'text'],
    ['reply', { text: 'Hello', to: '+15559999999' }, 400, '+15559999999'],
    ['reply', 'text', 400, 'not JSON'],
  ])('say what is wrong with %s %j', async (action, body, status, complaint) => {
    const response = await act(action, body);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toContain(complaint);
  });

  test('are those of phones on the wall', async () => {
    expect((await act('reply', { text: 'Hello' }, { origin: carrier.url }, '+15557777777')).status).toBe(404);
  });
});

test('the record is read from outside, without what somebody has read already', async () => {
  const client = clientOf(carrier);
  for (const body of ['one', 'two']) await client.messages.create({ to: ada, from: account.from, body });
  const read = async (from: string) => {
    const response = await fetch(`${carrier.url}/wall/record${from}`, { signal: AbortSignal.timeout(5000) });
    const { events, unexpected } = (await response.json()) as { events: { body: string }[]; unexpected: string[] };
    return [events.map((one) => one.body), unexpected];
  };
  expect(await read('')).toEqual([['one', 'two'], []]);
  expect(await read('?from=1')).toEqual([['two'], []]);
  expect(await read('?from=2')).toEqual([[], []]);
  expect(await read('?from=-1')).toEqual([['one', 'two'], []]);
});
