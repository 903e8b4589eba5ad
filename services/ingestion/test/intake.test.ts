import net from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { alertsOf, envelopeIds, envelopeOf, type Harness, openHarness, type Replica } from './harness.ts';

let harness: Harness;
let replica: Replica;
let key: string;
beforeAll(async () => {
  harness = await openHarness();
  replica = await harness.replica({ bodyTimeoutMs: 500 });
  key = await harness.integration({ id: 'siem', name: 'Main SIEM', teamId: 'blue', drill: true });
});
afterAll(() => harness?.close());

async function accepted(body: string | Buffer, headers?: Record<string, string>) {
  const answer = await replica.post(`/v1/in/${key}`, body, headers);
  expect(answer.status).toBe(202);
  return alertsOf(harness, answer.body.id!);
}

test('a post is answered with its envelope, whose bytes are kept, and becomes an alert', async () => {
  const sent = '{"dedup_key":"d1","severity":"critical","title":"Ransom note","host":"srv-1"}';
  const { status, body } = await replica.post(`/v1/in/${key}`, sent);
  expect(status).toBe(202);
  expect(body).toEqual({ id: expect.stringMatching(/^[0-9A-Z]{26}\.0$/) });
  const [alert] = await alertsOf(harness, body.id!);
  expect(alert).toMatchObject({
    _id: `${body.id}-0`,
    title: 'Ransom note',
    entities: ['srv-1'],
    urgency: 'high',
    integrationId: 'siem',
    organisationId: 'acme',
    source: 'generic',
    teamId: 'blue',
    drill: true,
    malformed: false,
  });
  const { parcel, envelope } = await envelopeOf(harness, body.id!);
  expect(Buffer.from(envelope!.body.value()).toString()).toBe(sent);
  expect(parcel!.parseAt).toBeUndefined();
});

describe('encodings', () => {
  const body = Buffer.from('{"title":"packed"}');
  test.each([
    ['gzip', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['deflate', deflateRawSync(body)],
    ['br', brotliCompressSync(body)],
  ])('%s is undone for the alert, and kept as it was', async (encoding, packed) => {
    const [alert] = await accepted(packed, { 'content-encoding': encoding });
    expect(alert!.title).toBe('packed');
    const { envelope } = await envelopeOf(harness, alert!.envelopeId);
    expect(Buffer.from(envelope!.body.value()).equals(packed)).toBe(true);
  });

  test('a small body that unfolds to a gigabyte is accepted, kept, and raised as unreadable', async () => {
    const alerts = await accepted(gzipSync(Buffer.alloc(64 * 1024 * 1024)), { 'content-encoding': 'gzip' });
    expect(alerts).toMatchObject([{ malformed: true, reasons: ['decoded-too-large'] }]);
  });
});

test('unreadable bodies are accepted, and are one member of high urgency', async () => {
  const [first] = await accepted('{"title": "cut o');
  const [second] = await accepted('');
  expect(first).toMatchObject({ malformed: true, title: 'Unreadable alert from Main SIEM', urgency: 'high' });
  expect(second!.dedupKey).toBe(first!.dedupKey);
});

test('many alerts in one body are told apart by their place', async () => {
  const alerts = await accepted('{"title":"a"}\n{"title":"b"}\n', { 'content-type': 'application/x-ndjson' });
  expect(alerts.map(({ _id, title }) => [_id.slice(-2), title])).toEqual([
    ['-0', 'a'],
    ['-1', 'b'],
  ]);
});

test('the same idempotency key is one envelope, at once and later', async () => {
  const headers = { 'idempotency-key': 'delivery-7' };
  const posts = await Promise.all(Array.from({ length: 5 }, () => replica.post(`/v1/in/${key}`, '{"id":1}', headers)));
  const later = await replica.post(`/v1/in/${key}`, '{"id":1}', headers);
  expect(new Set([...posts, later].map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
  expect(await alertsOf(harness, later.body.id!)).toHaveLength(1);
  const other = await replica.post(`/v1/in/${await harness.integration()}`, '{"id":1}', headers);
  expect(other.body.id).not.toBe(later.body.id);
});

describe('the credential', () => {
  test.each([
    ['a bearer token', () => ({ authorization: `Bearer ${key}` })],
    ['a header of its own', () => ({ 'x-tocsin-key': key })],
  ])('may be %s', async (_what, headers) => {
    expect((await replica.post('/v1/in', '{}', headers())).status).toBe(202);
    expect((await replica.post('/v1/in/', '{}', headers())).status).toBe(202);
  });
  test('may be followed by a slash or a query', async () => {
    expect((await replica.post(`/v1/in/${key}/?a=b`, '{}')).status).toBe(202);
  });
  test.each([
    ['missing', '/v1/in', 'key-missing'],
    ['unknown', '/v1/in/not-a-key-of-anybody', 'key-unknown'],
    ['not even text', '/v1/in/%00%ff', 'key-unknown'],
  ])('where it is %s the post is refused', async (_what, path, code) => {
    const { status, headers, body } = await replica.post(path, '{}');
    expect(status).toBe(401);
    expect(body.code).toBe(code);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('limits', () => {
  const MiB = 1024 * 1024;
  test('a body of the limit is taken, a byte more is refused with the limit', async () => {
    const text = { 'content-type': 'text/plain' };
    expect((await replica.post(`/v1/in/${key}`, 'x'.repeat(MiB), text)).status).toBe(202);
    const { status, body } = await replica.post(`/v1/in/${key}`, 'x'.repeat(MiB + 1), text);
    expect(status).toBe(413);
    expect(body).toMatchObject({ code: 'body-too-large', detail: expect.stringContaining('1048576 bytes') });
  });

  test('a body that does not say its length is refused when it passes the limit', async () => {
    const chunk = new Uint8Array(64 * 1024);
    let sent = 0;
    const body = new ReadableStream({
      pull: (stream) => (sent++ < 20 ? stream.enqueue(chunk) : stream.close()),
    });
    const response = await fetch(`${replica.url}/v1/in/${key}`, {
      method: 'POST',
      body,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  test('a body that drips is refused when its time is over', async () => {
    const socket = net.connect(replica.port, '127.0.0.1');
    let said = '';
    socket.on('data', (bytes) => {
      said += bytes;
    });
    socket.on('error', () => {});
    socket.write(`POST /v1/in/${key} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`);
    const drip = setInterval(() => socket.write('x'), 50);
    await new Promise((resolve) => socket.on('close', resolve));
    clearInterval(drip);
    expect(said).toMatch(/^HTTP\/1.1 408 /);
    expect(said).toContain('body-too-slow');
  });

  test('a sender that goes away in the middle leaves nothing', async () => {
    const before = (await envelopeIds(harness)).length;
    const socket = net.connect(replica.port, '127.0.0.1');
    socket.write(`POST /v1/in/${key} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await accepted('{}');
    expect(await envelopeIds(harness)).toHaveLength(before + 1);
  });

  test('PUT is a post, GET is not', async () => {
    const url = `${replica.url}/v1/in/${key}`;
    expect((await fetch(url, { method: 'PUT', body: '{}' })).status).toBe(202);
    const got = await fetch(url);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST, PUT']);
  });
});

test('beside the intake there are only health and nothing', async () => {
  expect(await (await fetch(`${replica.url}/healthz`)).json()).toEqual({ status: 'ok' });
  expect(await (await fetch(`${replica.url}/readyz`)).json()).toEqual({ store: 'ok', nats: 'ok' });
  expect((await fetch(`${replica.url}/v1/inside`)).status).toBe(404);
});
