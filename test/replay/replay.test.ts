import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { canBeLived } from '../../workflows/test/histories.ts';
import { HISTORIES } from './record.ts';
import { scenarios } from './scenarios.ts';

const files = readdirSync(HISTORIES).sort();
const nameOf = (file: string) => file.split('.')[0] ?? '';
const read = (file: string) => readFileSync(new URL(file, HISTORIES), 'utf8');

test('every scenario has a history, and no history is without a scenario', () => {
  expect(new Set(files.map(nameOf))).toEqual(new Set(Object.keys(scenarios)));
});

test('the life that is carried over has several runs', () => {
  expect(files.filter((file) => nameOf(file) === 'carried-over').length).toBeGreaterThan(2);
});

test.each(files)(
  '%s can still be lived',
  async (file) => {
    expect(await canBeLived(read(file))).toBe(true);
  },
  60_000,
);

test.each([
  { change: 'an activity of another name', from: 'beginEscalation', to: 'openEscalation' },
  { change: 'another name of the message that answers', from: "EVENT_SIGNAL = 'event'", to: "EVENT_SIGNAL = 'reply'" },
  { change: 'a turn at another length', from: 'historyLength >= 2 * turnAfterEvents', to: 'historyLength > 9' },
])(
  '$change would be caught',
  async ({ from, to }) => {
    const change = (code: string): string => {
      expect(code).toContain(from);
      return code.replaceAll(from, to);
    };
    expect(await canBeLived(read('answered-in-the-second-layer.1.json'), change)).toBe(false);
  },
  60_000,
);
