import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { renderVoice, spoken, type VoiceWords } from '../src/render-voice.ts';

const page: VoiceWords = {
  kind: 'page',
  incidentNumber: 'INC-42',
  severity: 'critical',
  title: 'db-17 unreachable',
  ownerName: '',
  note: '',
  drill: false,
  possibleRepeat: false,
};
const gatherUrl = (heard: number) => `https://tocsin.example/gather/t?heard=${heard}&x=1`;

const cases: [string, VoiceWords, number][] = [
  ['page', page, 0],
  ['page heard twice', page, 2],
  ['page heard three times', page, 3],
  ['drill that may be a repeat', { ...page, drill: true, possibleRepeat: true }, 2],
  ['update', { ...page, kind: 'update', note: '2 new members' }, 0],
  ['taken', { ...page, kind: 'taken', ownerName: 'Ben Ito' }, 0],
  ['resolved without a title', { ...page, kind: 'resolved', title: '' }, 0],
  ['code', { ...page, kind: 'code', note: '042137', title: '' }, 0],
  ['test', { ...page, kind: 'test', title: '' }, 0],
  ['words that are markup', { ...page, title: 'a < b & "c" </Say><Dial>+15005550001</Dial>' }, 2],
];

/** `UPDATE_GOLDEN=1` writes them anew; what changed is then for a reviewer to read. */
test('calls are spoken as their golden file says', () => {
  const golden = new URL('./golden/calls.txt', import.meta.url);
  const rendered = cases
    .map(
      ([name, words, heard]) => `${name}\n  ${renderVoice(words, { heard, gatherUrl }).replaceAll('><', '>\n  <')}\n`,
    )
    .join('\n');
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, rendered);
  expect(rendered).toBe(readFileSync(golden, 'utf8'));
});

test('a title is spoken without links and long identifiers, and not for minutes', () => {
  const title = `disk full (see https://wiki.example/x?y=1) 7d444840-9dc0-11d1-b245-5ffdce74fad2 ${'very '.repeat(99)}`;
  const text = spoken({ ...page, title });
  expect(text).toContain('Critical. disk full see very very');
  expect(text.length).toBeLessThan(260);
});
