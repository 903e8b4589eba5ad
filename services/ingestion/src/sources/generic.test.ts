import { describe, expect, test } from '@jest/globals';
import type { NormalisedAlert } from '../core/alert.ts';
import { generic } from './generic.ts';

function parse(body: string, contentType = 'application/json'): NormalisedAlert[] {
  return generic.parse({ bytes: Buffer.from(body), contentType, integrationName: 'SIEM' });
}

const one = (record: object) => parse(JSON.stringify(record))[0]!;

describe('the body', () => {
  test.each([
    ['an object', '{"title":"a"}', 'application/json', ['a']],
    ['a list', '[{"title":"a"},{"title":"b"}]', 'application/json', ['a', 'b']],
    ['an empty list says nothing', '[]', 'application/json', []],
    ['lines', '{"title":"a"}\r\n{"title":"b"}\n', 'application/x-ndjson', ['a', 'b']],
    ['JSON that calls itself a form', '{"title":"a=b&c"}', 'application/x-www-form-urlencoded', ['a=b&c']],
    ['JSON that says nothing of itself, after a byte order mark', '\ufeff {"title":"a"}', '', ['a']],
    ['a form', 'title=Two+words&severity=low', 'application/x-www-form-urlencoded; charset=utf-8', ['Two words']],
    [
      'text: its first line',
      '17:02 Critical: shell in a container\nmore',
      'text/plain',
      ['17:02 Critical: shell in a container'],
    ],
    ['text that looks like JSON at first', '[FIRING:1] disk full', 'text/plain', ['[FIRING:1] disk full']],
    ['an object without words', '{}', 'application/json', ['Alert from SIEM']],
  ])('%s', (_what, body, type, titles) => {
    expect(parse(body, type).map(({ title }) => title)).toEqual(titles);
  });
});

describe('severity', () => {
  test.each([
    [{ severity: 'CRITICAL' }, 'critical', []],
    [{ priority: 'P1' }, 'critical', []],
    [{ severity: 'error' }, 'high', []],
    [{ severity: 'SEV-2' }, 'medium', []],
    [{ severity: 'warning' }, 'medium', []],
    [{ severity: 'Informational' }, 'info', []],
    [{ severity: 'whatever', priority: 'low' }, 'low', []],
    [{ severity: 'whatever' }, 'high', ['unknown-severity']],
    [{ severity: 1 }, 'high', ['unknown-severity']],
    [{}, 'high', ['unknown-severity']],
  ])('%j is %s', (fields, severity, reasons) => {
    expect(one({ id: 'x', ...fields })).toMatchObject({ severity, reasons });
  });
});

describe('action', () => {
  test.each([
    [{ action: 'resolve' }, 'resolve'],
    [{ status: 'Resolved' }, 'resolve'],
    [{ status: 'firing' }, 'trigger'],
    [{ action: 'acknowledged' }, 'acknowledge'],
    [{ action: 'blocked', status: 'closed' }, 'resolve'],
    [{}, 'trigger'],
  ])('%j is %s', (fields, action) => {
    expect(one({ id: 'x', severity: 'low', ...fields })).toMatchObject({ action, reasons: [] });
  });
  test('in doubt it fires, and says why', () => {
    expect(one({ id: 'x', severity: 'low', status: 'suspended' })).toMatchObject({
      action: 'trigger',
      reasons: ['unknown-action'],
    });
  });
});

describe("the source's time", () => {
  const at = Date.UTC(2026, 10, 24, 6, 0, 0, 250);
  test.each([
    ['2026-11-24T06:00:00.250Z', at],
    ['2026-11-24 08:00:00.250123+0200', at],
    ['2026-11-24T06:00Z', Date.UTC(2026, 10, 24, 6)],
    [at, at],
    [String(at), at],
    [at / 1_000, at],
    ['1795500000', 1_795_500_000_000],
    ['2026-11-24T06:00:00', undefined],
    ['yesterday', undefined],
    ['1', undefined],
    [-5, undefined],
    [1e300, undefined],
    ['2026-13-45T06:00:00Z', undefined],
  ])('%s', (timestamp, sourceAt) => {
    const alert = one({ id: 'x', severity: 'low', timestamp });
    expect(alert.sourceAt).toBe(sourceAt);
    expect(alert.reasons).toEqual(sourceAt === undefined ? ['unknown-time'] : []);
  });
});

test('identifiers are taken in the order of how much they mean it', () => {
  expect(one({ fingerprint: 'f', id: 'i', alert_key: 'a', dedup_key: 'd' }).dedupId).toBe('d');
  expect(one({ fingerprint: 'f', id: 42 }).dedupId).toBe('42');
  expect(one({ fingerprint: 'f', id: { nested: true } }).dedupId).toBe('f');
  expect(one({ id: 'i', group_key: 'g' }).groupId).toBe('g');
});

test('a hostile title is one harmless line', () => {
  expect(one({ title: 'a\r\nb\u0000\u202Ec\ud800d' }).title).toBe('a b c\ufffdd');
  expect(one({ title: 'x'.repeat(2_000_000) }).title).toHaveLength(1_024);
  expect(one({ title: ` ${'😀'.repeat(600)}` }).title.isWellFormed()).toBe(true);
  expect(one({ title: '\n', summary: 'next' }).title).toBe('next');
});

test('only http links are links', () => {
  expect(one({ link: 'javascript:alert(1)', url: 'https://siem.example/a b' }).link).toBe('https://siem.example/a%20b');
  expect(one({ url: 'https://' }).link).toBe('');
});

test('entities come from lists, objects and fields, each once', () => {
  const { entities } = one({
    entities: ['db', { name: 'web' }, { id: 'x1' }, 7],
    host: 'db',
    user: { name: 'eve' },
    service: '',
  });
  expect(entities).toEqual(['db', 'web', 'x1', 'eve']);
  expect(one({ entities: Array.from({ length: 50 }, (_, i) => `h${i}`) }).entities).toHaveLength(20);
});

test('ATT&CK techniques are found by their ids', () => {
  expect(one({ techniques: ['T1059.004', 'attack.t1486', 'T1'], mitre: 'T1059.004' }).techniques).toEqual([
    'T1059.004',
    'T1486',
  ]);
});
