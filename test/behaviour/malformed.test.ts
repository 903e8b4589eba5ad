import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Harness, startHarness } from '../harness/harness.ts';

// What a body is made of is settled before the first turn of any workflow, so one system serves all.
let h: Harness;
beforeAll(async () => {
  h = await startHarness();
}, 60_000);
afterAll(() => h.stop());

const UNREADABLE = 'Unreadable alert from SIEM';
const binary = new Uint8Array([0, 1, 2, 255, 254, 0, 0, 7]);
const json = { 'content-type': 'application/json' };
const gzip = { ...json, 'content-encoding': 'gzip' };
const MB = 1024 * 1024;

/** The envelopes' bytes as they are stored. */
async function kept(response: Response): Promise<Buffer | undefined> {
  const { id } = (await response.json()) as { id: string };
  const [parcelId = '', place] = id.split('.');
  const parcels = h.db.collection<{ _id: string; envelopes: { body: { buffer: Uint8Array } }[] }>('parcels');
  const envelope = (await parcels.findOne({ _id: parcelId }))?.envelopes[Number(place)];
  return envelope && Buffer.from(envelope.body.buffer);
}

/** How many alerts the incident of what cannot be read has. */
async function unreadable(): Promise<number> {
  const found = (await h.list()).find((one) => one.title === UNREADABLE);
  return Number(found?.alerts ?? 0);
}

const BODIES: { what: string; body: string | Uint8Array; headers: Record<string, string> }[] = [
  { what: 'empty', body: '', headers: json },
  { what: 'binary', body: binary, headers: { 'content-type': 'application/octet-stream' } },
  { what: 'JSON that breaks off', body: '{"title": "cut off', headers: json },
  { what: 'gzip that is none', body: binary, headers: gzip },
  { what: 'gzip that unfolds to more than is ever read', body: gzipSync(Buffer.alloc(64 * MB)), headers: gzip },
  { what: 'in an encoding that nobody knows', body: '{}', headers: { ...json, 'content-encoding': 'rot13' } },
];

test.each(BODIES)('a body that is $what is kept as it came, and raised', async ({ body, headers }) => {
  const before = await unreadable();
  const response = await h.post(body, headers);
  expect(response.status).toBe(202);
  expect(await kept(response)).toEqual(Buffer.from(body));
  await h.until(async () => (await unreadable()) === before + 1, { what: 'it to be raised' });
});

test('all that cannot be read is one incident, and pages once', async () => {
  await h.until(() => h.requests('ada').length === 2, { what: 'ada to be paged' });
  expect((await h.list()).filter((one) => one.title === UNREADABLE)).toHaveLength(1);
  expect(h.phone('ada').messages.filter((one) => one.body.includes(UNREADABLE))).toHaveLength(1);
});

test('NDJSON with one bad line: the other lines are alerts, and the bad one is raised', async () => {
  const before = await unreadable();
  const line = (name: string) => JSON.stringify({ action: 'trigger', dedup_key: name, severity: 'low', title: name });
  const body = [line('first line'), '{"title": "cut', line('last line')].join('\n');
  expect((await h.post(body, { 'content-type': 'application/x-ndjson' })).status).toBe(202);
  await h.until(
    async () => {
      const titles = (await h.list()).map((one) => one.title);
      return titles.includes('first line') && titles.includes('last line') && (await unreadable()) === before + 1;
    },
    { what: 'both lines and the bad one' },
  );
});

test('a body of more than is taken at once is refused with 413, and nothing of it is kept', async () => {
  const envelopes = () => h.db.collection('parcels').countDocuments();
  const before = await envelopes();
  expect((await h.post('x'.repeat(MB + 1))).status).toBe(413);
  expect(await envelopes()).toBe(before);
});

test('a wrong key is refused with 401, and no key as well; nothing is kept', async () => {
  const envelopes = () => h.db.collection('parcels').countDocuments();
  const before = await envelopes();
  for (const path of ['/v1/in/another-key-that-nobody-has', '/v1/in']) {
    const url = `http://127.0.0.1:${h.tocsin.ports.ingestion}${path}`;
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  }
  expect(await envelopes()).toBe(before);
});
