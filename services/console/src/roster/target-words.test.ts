import { expect, test } from '@jest/globals';
import { becauseWords, gapWords } from './target-words.ts';

const NAMES: Record<string, string> = { primary: 'Primary', soc: 'SOC', ada: 'Ada' };
const nameOf = (_: string, id: string) => NAMES[id] ?? id;

test.each([
  ['schedule primary, rotation weekly', 'on call in Primary'],
  ['schedule primary, override new-year', 'on call in Primary, by an override'],
  ['team soc', 'of the team SOC'],
  ['person', 'by name'],
  ['person ada', 'by name'],
  ['from-the-log', 'from the log'],
])('%s is said as "%s"', (because, words) => {
  expect(becauseWords(because, nameOf)).toBe(words);
});

test.each([
  ['schedule primary', 'Nobody is on call in Primary.'],
  ['schedule gone', 'Nobody is on call in gone.'],
  ['team soc', 'Nobody of the team SOC can be reached.'],
  ['person ada', 'Ada cannot be reached: no contact method.'],
])('the gap %s is said as "%s"', (gap, words) => {
  expect(gapWords(gap, nameOf)).toBe(words);
});
