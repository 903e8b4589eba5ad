import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { septets } from '../src/gsm7.ts';
import { renderSms, type SmsWords } from '../src/render-sms.ts';

const page: SmsWords = {
  kind: 'page',
  incidentNumber: 'INC-42',
  severity: 'critical',
  title: 'db-17 unreachable',
  ownerName: '',
  note: '',
  drill: false,
  possibleRepeat: false,
};

const cases: [string, SmsWords][] = [
  ['page', page],
  ['page without a title', { ...page, title: '' }],
  ['page in a drill', { ...page, drill: true }],
  ['page that may be a repeat', { ...page, possibleRepeat: true }],
  ['page with a long title', { ...page, title: 'replication lag on the primary of the payments database '.repeat(9) }],
  ['page with accents and quotes', { ...page, title: '“Čeština” – naïve café\n\tserver → down…' }],
  ['page in another script', { ...page, title: 'сервер базы данных недоступен уже пять минут, проверьте репликацию' }],
  ['taken', { ...page, kind: 'taken', ownerName: 'Ben Ito' }],
  ['taken by somebody unknown', { ...page, kind: 'taken' }],
  ['update', { ...page, kind: 'update', note: '2 new members' }],
  ['resolved', { ...page, kind: 'resolved' }],
  ['code', { ...page, kind: 'code', note: '042137', title: '' }],
  ['code that may be a repeat', { ...page, kind: 'code', note: '042137', title: '', possibleRepeat: true }],
  ['test', { ...page, kind: 'test', title: '' }],
];

/** `UPDATE_GOLDEN=1` writes them anew; what changed is then for a reviewer to read. */
test('messages read as their golden file says', () => {
  const golden = new URL('./golden/messages.txt', import.meta.url);
  const rendered = cases.map(([name, words]) => `${name}\n  ${renderSms(words, '7F3K')}\n`).join('\n');
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, rendered);
  expect(rendered).toBe(readFileSync(golden, 'utf8'));
});

test('any title leaves one segment with everything needed to answer', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), fc.boolean(), fc.boolean(), (title, drill, possibleRepeat) => {
      const text = renderSms({ ...page, title, drill, possibleRepeat }, '7F3K');
      expect(septets(text)).toBeLessThanOrEqual(160);
      expect(text).toContain('Reply 7F3K1=accept 7F3K2=reject');
      expect(text).toContain('INC-42');
    }),
  );
});

test('any title in any script leaves two UCS-2 segments at most', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (title) => {
      const text = renderSms({ ...page, title, possibleRepeat: true }, '7F3K');
      const size = septets(text);
      expect(size === null ? text.length <= 134 : size <= 160).toBe(true);
      expect(text).toContain('Reply 7F3K1=accept');
    }),
  );
});
