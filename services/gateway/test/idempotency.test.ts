import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Harness, openHarness } from './harness.ts';

let harness: Harness;
let key: { secret: string };
beforeAll(async () => {
  harness = await openHarness();
  await harness.owner();
  key = await harness.key('owner');
});
afterAll(() => harness?.close());

const post = async (email: string, idempotencyKey: string, more: Record<string, string> = {}) => {
  const response = await fetch(`${harness.url}/api/v1/users`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key.secret}`,
      'idempotency-key': idempotencyKey,
      ...more,
    },
    body: JSON.stringify({ email, name: 'N', role: 'observer' }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: JSON.parse(text) as Record<string, unknown>,
  };
};

test('an Idempotency-Key gives the first answer again, and does it once', async () => {
  const [first, again] = [await post('once@example.com', 'k-1'), await post('once@example.com', 'k-1')];
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
  expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
    null,
    'true',
  ]);
});

test('an Idempotency-Key ten times at once does it once', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => post('at-once@example.com', 'k-2')));
  const codes = answers.map(({ status, body }) => body.code ?? status);
  expect(codes.every((code) => code === 201 || code === 'idempotency-in-progress')).toBe(true);
  expect(new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text)).size).toBe(1);
});

test('an Idempotency-Key is of one request', async () => {
  await post('first@example.com', 'k-3');
  const other = await post('second@example.com', 'k-3');
  expect([other.status, other.body.code]).toEqual([409, 'idempotency-key-reused']);
});

test('an Idempotency-Key is of one who asks', async () => {
  await post('mine@example.com', 'k-4');
  const another = await harness.key('admin');
  const theirs = await post('theirs@example.com', 'k-4', { authorization: `Bearer ${another.secret}` });
  expect(theirs.status).toBe(201);
});

test('an Idempotency-Key is free again after a refusal, and after a day', async () => {
  expect((await post('not a mail address', 'k-5')).status).toBe(400);
  expect((await post('owner@example.com', 'k-5')).status).toBe(409);
  expect((await post('right@example.com', 'k-5')).status).toBe(201);
  const row = await harness.collections.storedAnswers.findOne({}, { sort: { expiresAt: -1 } });
  expect(row!.expiresAt.getTime() - harness.clock.now()).toBeGreaterThan(23.9 * 3_600_000);
  const indexes = await harness.collections.storedAnswers.indexes();
  expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
});

test('an Idempotency-Key of a request that a crash cut off may be used again after a minute', async () => {
  await post('cut-off@example.com', 'k-6');
  await harness.collections.storedAnswers.updateMany({}, { $set: { answer: null } });
  expect((await post('cut-off@example.com', 'k-6')).body.code).toBe('idempotency-in-progress');
  harness.clock.advance(60_000);
  // It is done again, which here says that the first time was not in vain.
  expect((await post('cut-off@example.com', 'k-6')).body.code).toBe('email-taken');
});

test('an Idempotency-Key keeps no link or key in the store that could be read there', async () => {
  const { body } = await post('sealed@example.com', 'k-7');
  const token = new URL(String(body.link)).hash.slice(1);
  const rows = await harness.collections.storedAnswers.find().toArray();
  expect(rows.map(({ answer }) => Buffer.from(answer ?? []).toString('latin1')).join()).not.toContain(token);
});

test('an Idempotency-Key must make sense', async () => {
  expect(await post('x@example.com', 'x'.repeat(256))).toMatchObject({
    status: 400,
    body: { code: 'idempotency-key-invalid' },
  });
});
