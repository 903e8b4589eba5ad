import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sources } from '../sources/index.ts';
import { LIMITS } from './alert.ts';
import type { Envelope } from './envelope.ts';
import { idempotencyHash } from './keys.ts';
import { parseEnvelope } from './parse-envelope.ts';

const sender = {
  organisationId: 'o',
  integrationId: 'i',
  name: 'Firewall',
  source: 'generic',
  teamId: '',
  drill: false,
};
const contentTypes = [
  '',
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/x-ndjson',
];
const encodings = ['', 'gzip', 'deflate', 'br', 'zstd'];

function parse(body: string | Uint8Array, about: Partial<Envelope> = {}) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const envelope = { id: 'E', sender, contentType: 'application/json', contentEncoding: '', body: bytes, ...about };
  return parseEnvelope(envelope, sources);
}

function expectWhole(alerts: ReturnType<typeof parse>): void {
  for (const [index, alert] of alerts.entries()) {
    expect(alert.id).toBe(`E-${index}`);
    expect(alert.title).toMatch(/^[^\p{Cc}]{1,1024}$/u);
    expect(alert.title.isWellFormed()).toBe(true);
    expect(alert.dedupKey).not.toBe('');
    expect(alert.groupKey).not.toBe('');
    expect(alert.entities.length).toBeLessThanOrEqual(LIMITS.entities);
    expect(alert.link === '' || /^https?:\/\//.test(alert.link)).toBe(true);
  }
}

test('any bytes under any labels become the same whole alerts each time, and never nothing', () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary' }).map((text) => new Uint8Array(Buffer.from(text))),
    fc.json().map((text) => new Uint8Array(Buffer.from(text))),
    fc.json().map((text) => new Uint8Array(gzipSync(text))),
  );
  fc.assert(
    fc.property(anyBytes, fc.constantFrom(...contentTypes), fc.constantFrom(...encodings), (body, type, encoding) => {
      const about = { contentType: type, contentEncoding: encoding };
      const alerts = parse(body, about);
      expect(parse(body, about)).toEqual(alerts);
      expectWhole(alerts);
      const emptyList = encoding === '' && /^\s*\[\s*\]\s*$/.test(Buffer.from(body).toString());
      if (!emptyList && !isEmptyListInGzip(body, encoding)) expect(alerts.length).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});

function isEmptyListInGzip(body: Uint8Array, encoding: string): boolean {
  return encoding === 'gzip' && Buffer.from(body).equals(gzipSync('[]'));
}

test('fields of any shape are read or passed over', () => {
  const names = [
    'status',
    'id',
    'dedup_key',
    'group_key',
    'severity',
    'title',
    'time',
    'url',
    'entities',
    'host',
    'mitre',
  ];
  const record = fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
      const alerts = parse(JSON.stringify(records));
      expect(alerts).toHaveLength(records.length);
      expectWhole(alerts);
    }),
  );
});

test('without an identifier of the source every alert is its own member, however alike', () => {
  const alerts = parse('[{"title":"same"},{"title":"same"},{"title":"same","id":""}]');
  expect(alerts.map((alert) => alert.dedupKey)).toEqual(['E-0', 'E-1', 'E-2']);
});

test('the same identifier is the same member, in any envelope of the integration, and in no other', () => {
  const [first] = parse('{"dedup_key":"d","title":"a"}');
  const [again] = parse('{"title":"b","dedupKey":" d "}', { id: 'F' });
  const [other] = parse('{"dedup_key":"d"}', { sender: { ...sender, integrationId: 'j' } });
  const [foreign] = parse('{"dedup_key":"d"}', { sender: { ...sender, organisationId: 'p' } });
  expect(again!.dedupKey).toBe(first!.dedupKey);
  expect(new Set([first, other, foreign].map((alert) => alert!.dedupKey)).size).toBe(3);
  expect(first!.dedupKey).not.toContain('d"');
  expect(first!.groupKey).toBe(first!.dedupKey);
});

test('numbers beyond a double stay apart', () => {
  const keys = parse('[{"id":1723038556479964318},{"id":1723038556479964319},{"id":"1723038556479964318"}]').map(
    (alert) => alert.dedupKey,
  );
  expect(keys[0]).not.toBe(keys[1]);
  expect(keys[0]).toBe(keys[2]);
});

test('an identifier that was damaged on its way is none', () => {
  const [alert] = parse(Buffer.from('{"id":"caf\xe9"}', 'latin1'));
  expect(alert).toMatchObject({ dedupKey: 'E-0', malformed: false, reasons: ['unknown-severity', 'no-identifier'] });
});

test('what cannot be read is one high alert, and one member for the integration', () => {
  const unreadable = [
    parse('{"title": "cut off', { id: 'E' }),
    parse('', { id: 'E' }),
    parse('"a word"'),
    parse('[[1]]'),
    parse('not gzip', { contentEncoding: 'gzip' }),
    parse('{}', { contentEncoding: 'zstd' }),
    parse(Buffer.from([0, 1, 2]), { contentType: 'application/octet-stream' }),
    parse('{}', { sender: { ...sender, source: 'of-a-newer-version' } }),
  ];
  for (const alerts of unreadable) {
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ malformed: true, severity: 'high', title: 'Unreadable alert from Firewall' });
  }
  expect(new Set(unreadable.map(([alert]) => alert!.dedupKey)).size).toBe(1);
  expect(unreadable.map(([alert]) => alert!.reasons[0])).toEqual([
    'not-json',
    'empty',
    'not-json',
    'not-an-object',
    'corrupt-encoding',
    'unknown-encoding',
    'binary',
    'unknown-source',
  ]);
});

test('what can be read of a body is read, and the rest is said to be missing', () => {
  const alerts = parse('{"title":"one"}\n\n{"title":"tw\n{"title":"three"}\n', { contentType: 'application/x-ndjson' });
  expect(alerts.map(({ title }) => title)).toEqual(['one', 'three', 'Unreadable alert from Firewall']);
});

test('of more alerts than are taken in an envelope, the first are taken and one says so', () => {
  for (const separator of [',', '\n']) {
    const many = Array(LIMITS.alertsPerEnvelope + 5)
      .fill('{"id":1}')
      .join(separator);
    const alerts = parse(separator === ',' ? `[${many}]` : many);
    expect(alerts).toHaveLength(LIMITS.alertsPerEnvelope + 1);
    expect(alerts.at(-1)).toMatchObject({ malformed: true, reasons: ['too-many-alerts'] });
  }
});

test('a body that unfolds beyond the bound is unreadable, and is not unfolded', () => {
  const bomb = gzipSync(Buffer.alloc(LIMITS.decodedBytes + 1, ' '));
  expect(bomb.length).toBeLessThan(20_000);
  expect(parse(bomb, { contentEncoding: 'gzip' })).toMatchObject([{ malformed: true, reasons: ['decoded-too-large'] }]);
});

test('a deeply nested body is survived', () => {
  expectWhole(parse(`${'['.repeat(500_000)}1723038556479964318${']'.repeat(500_000)}`));
});

test('an adapter that fails costs no alert', () => {
  const broken = new Map([
    [
      'generic',
      {
        id: 'generic',
        parse: () => {
          throw new Error('bug');
        },
      },
    ],
  ]);
  const envelope = { id: 'E', sender, contentType: '', contentEncoding: '', body: Buffer.from('{}') };
  expect(parseEnvelope(envelope, broken)).toMatchObject([{ malformed: true, reasons: ['adapter-failed'] }]);
});

test('an idempotency key is the same each time, and another of another sender', () => {
  const hash = idempotencyHash(sender, 'k1');
  expect(idempotencyHash(sender, 'k1')).toBe(hash);
  expect(idempotencyHash(sender, 'k2')).not.toBe(hash);
  expect(idempotencyHash({ ...sender, integrationId: 'j' }, 'k1')).not.toBe(hash);
});
