import { expect, test } from '@jest/globals';
import { type CarrierLine, disagreements, type LogLine } from './compare.ts';

const numbers = new Map([
  ['ann/mobile', '+12025550111'],
  ['ben/mobile', '+12025550112'],
]);

function planned(at: number, person: string, kind = 'page'): LogLine {
  const data = { channel: 'sms', kind, notifications: [`i/e1/1/1/${person}/mobile/1/${kind}`] };
  return { kind: kind === 'page' ? 'page-planned' : 'news-planned', at, data };
}
const accepted: LogLine = { kind: 'accepted', at: 500, data: { person: 'ben' } };
const asked = (at: number, to: string): CarrierLine => ({ at, channel: 'sms', to });

const table: [string, LogLine[], CarrierLine[], string | undefined][] = [
  ['every page was asked for', [planned(1, 'ann')], [asked(20, '+12025550111')], undefined],
  [
    'news after the accept are no pages',
    [planned(1, 'ann'), accepted, planned(510, 'ann', 'taken')],
    [asked(20, '+12025550111'), asked(900, '+12025550111')],
    undefined,
  ],
  ['a page that the carrier never saw', [planned(1, 'ann')], [], 'which the carrier was never asked for'],
  ['a request that nobody decided on', [], [asked(20, '+12025550111')], "which the incident's log does not hold"],
  [
    'the same page twice',
    [planned(1, 'ann')],
    [asked(20, '+12025550111'), asked(30, '+12025550111')],
    "which the incident's log does not hold",
  ],
  ['a page before its decision', [planned(100, 'ann')], [asked(20, '+12025550111')], 'never asked for'],
  [
    'a page after the accept',
    [planned(1, 'ann'), planned(2, 'ben'), accepted],
    [asked(20, '+12025550111'), asked(800, '+12025550112')],
    '300 ms after the accept',
  ],
];

test.each(table)('%s', (_, log, carrier, sentence) => {
  const found = disagreements(log, carrier, numbers);
  if (sentence === undefined) expect(found).toEqual([]);
  else expect(found.join('; ')).toContain(sentence);
});
