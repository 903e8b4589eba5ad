import { expect, test } from '@jest/globals';
import { createLine } from './in-line.ts';

/** Work that ends when it is told to. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const work = { began: false, resolve, reject, run: () => Promise.resolve() as Promise<unknown> };
  work.run = () => {
    work.began = true;
    return promise;
  };
  return work;
}

test('so many work, so many wait in their order, and one more is refused', async () => {
  const line = createLine({ atOnce: 2, waiting: 2 });
  const works = Array.from({ length: 5 }, held);
  const results = works.map((work) => line.take(work.run));
  const began = () => works.map((work) => work.began);
  await expect(results[4]).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 2_000 });
  expect(began()).toEqual([true, true, false, false, false]);
  works[1]!.resolve('done');
  expect(await results[1]).toBe('done');
  expect(began()).toEqual([true, true, true, false, false]);
  works[0]!.reject(new Error('failed'));
  await expect(results[0]).rejects.toThrow('failed');
  expect(began()).toEqual([true, true, true, true, false]);
  for (const work of works) work.resolve('late');
  await Promise.all(results.slice(2, 4));
  const [after, next] = [held(), held()];
  void line.take(after.run);
  void line.take(next.run);
  expect([after.began, next.began]).toEqual([true, true]);
});
