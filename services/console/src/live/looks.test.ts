import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLooks } from './looks.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Looks that take `ms` each; what each was for, and those that ended. */
function lookingFor(ms: number) {
  const begun: string[] = [];
  const ended: string[] = [];
  const touch = createLooks(async (ids) => {
    const named = [...ids].join(' ');
    begun.push(named);
    await new Promise((resolve) => setTimeout(resolve, ms));
    ended.push(named);
  });
  return { begun, ended, touch };
}

test('the first fact is looked at at once', () => {
  const { begun, touch } = lookingFor(10);
  touch('a');
  expect(begun).toEqual(['a']);
});

test('facts that come during a look are looked at together by the next one', async () => {
  const { begun, touch } = lookingFor(200);
  for (const id of ['a', 'b', 'c', 'b']) touch(id);
  await jest.advanceTimersByTimeAsync(199);
  expect(begun).toEqual(['a']);
  await jest.advanceTimersByTimeAsync(1);
  expect(begun).toEqual(['a', 'b c']);
});

test('a burst is shown while it lasts: no look is begun before the one before it ended', async () => {
  const { begun, ended, touch } = lookingFor(90);
  for (let ms = 0; ms < 1_000; ms += 20) {
    touch('a');
    expect(begun.length - ended.length).toBeLessThanOrEqual(1);
    await jest.advanceTimersByTimeAsync(20);
  }
  expect(ended.length).toBeGreaterThan(8);
});

test('looks that are quick come no oftener than each 60 ms', async () => {
  const { begun, touch } = lookingFor(1);
  for (let ms = 0; ms < 590; ms += 10) {
    touch('a');
    await jest.advanceTimersByTimeAsync(10);
  }
  expect(begun).toHaveLength(10);
});

test('a look that hangs keeps nobody from the next for longer than a second', async () => {
  const { begun, touch } = lookingFor(60_000);
  touch('a');
  touch('b');
  await jest.advanceTimersByTimeAsync(1_000);
  expect(begun).toEqual(['a', 'b']);
});
