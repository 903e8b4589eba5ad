import { beforeEach, expect, test } from '@jest/globals';
import { createPassage, type Passage } from './passage.ts';

const wanted = new AbortController().signal;
let passage: Passage;
beforeEach(() => {
  passage = createPassage({ first: 8, most: 8, least: 1, settleMs: 0 });
});

/** How many may be inside at once. */
async function width(): Promise<number> {
  let inside = 0;
  while (await passage.enter(20, wanted)) inside += 1;
  for (let left = inside; left > 0; left -= 1) passage.leave();
  return inside;
}

async function narrowed(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    let inside = 0;
    while (await passage.enter(5, wanted)) inside += 1;
    passage.narrow();
    for (; inside > 0; inside -= 1) passage.leave();
  }
}

test('as many go at once as it was made for', async () => {
  expect(await width()).toBe(8);
});

test.each([
  { times: 1, left: 4 },
  { times: 2, left: 2 },
  { times: 9, left: 1 },
])('narrowed $times times, it lets $left in', async ({ times, left }) => {
  await narrowed(times);
  expect(await width()).toBe(left);
});

test('with each attempt that is in time it widens by one, up to its width', async () => {
  await narrowed(2);
  passage.widen();
  expect(await width()).toBe(3);
  for (let time = 0; time < 20; time += 1) passage.widen();
  expect(await width()).toBe(8);
});

test('a burst of stale words narrows it once', async () => {
  passage = createPassage({ first: 8, most: 8, least: 1, settleMs: 60_000 });
  for (let inside = 0; inside < 8; inside += 1) await passage.enter(5, wanted);
  for (let time = 0; time < 8; time += 1) passage.narrow();
  for (let inside = 0; inside < 8; inside += 1) passage.leave();
  expect(await width()).toBe(4);
});

test('who waits is let in in order of arrival, and who gave up is passed over', async () => {
  await narrowed(9);
  await passage.enter(5, wanted);
  const order: string[] = [];
  const late = passage.enter(10, wanted);
  const cancelling = new AbortController();
  const cancelled = passage.enter(1_000, cancelling.signal);
  const both = ['first', 'second'].map(async (name) => {
    if (await passage.enter(1_000, wanted)) order.push(name);
    passage.leave();
  });
  cancelling.abort();
  expect(await Promise.all([late, cancelled])).toEqual([false, false]);
  passage.leave();
  await Promise.all(both);
  expect(order).toEqual(['first', 'second']);
});
