import { expect, test } from '@jest/globals';
import type { DryMoment } from '../api/roster.ts';
import { byContactMethod, stepsOf } from './dry-run-view.ts';

const at = '2026-01-05T03:00:00.000Z';
const when = (layer: number, afterMs: number, round = 1) => ({ at, afterMs, round, layer });
const page = (layer: number, afterMs: number, personId: string, contactMethodId: string): DryMoment => ({
  kind: 'page',
  ...when(layer, afterMs),
  ...{ personId, because: 'team t', channel: 'sms', contactMethodId, repeat: 0 },
});

test('a timeline is steps with people, and each person’s messages by contact method', () => {
  const timeline: DryMoment[] = [
    { kind: 'gap', ...when(1, 0), target: 'schedule s' },
    { kind: 'empty', ...when(1, 0), reason: 'nobody-on-call' },
    { kind: 'layer', ...when(2, 0), catchAll: true, people: ['ada', 'ben'], until: null },
    { kind: 'skipped', ...when(2, 0), personId: 'mo', because: 'team t', reason: 'no-contact-method' },
    page(2, 0, 'ada', 'a1'),
    page(2, 0, 'ben', 'b1'),
    page(2, 5, 'ada', 'a2'),
    page(2, 9, 'ada', 'a1'),
  ];
  const [empty, last] = stepsOf({ timeline });
  expect(empty).toMatchObject({ layer: 1, empty: 'nobody-on-call', gaps: ['schedule s'], people: [] });
  expect(last).toMatchObject({ layer: 2, catchAll: true, empty: null, skipped: [{ personId: 'mo' }] });
  expect(last!.people.map(({ personId }) => personId)).toEqual(['ada', 'ben']);
  const groups = byContactMethod(last!.people[0]!.pages);
  expect(groups.map((group) => group.map(({ afterMs }) => afterMs))).toEqual([[0, 9], [5]]);
});

test('the catch-all’s second time is a step of its own', () => {
  const steps = stepsOf({
    timeline: [
      { kind: 'layer', ...when(1, 0, 1), catchAll: true, people: ['ada'], until: null },
      { kind: 'layer', ...when(1, 9, 2), catchAll: true, people: ['ada'], until: null },
    ],
  });
  expect(steps.map(({ afterMs }) => afterMs)).toEqual([0, 9]);
});
