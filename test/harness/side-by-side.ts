import { beforeAll, test } from '@jest/globals';

/**
 * For tests that mostly wait: gives a `test` whose tests are run before the first of their `describe`, `atOnce` at a time, and
 * each passes or fails as it did there. More at once would wait for the machine instead.
 */
export function sideBySide(atOnce = 4): (sentence: string, work: () => Promise<void>) => void {
  const outcomes = new Map<() => Promise<void>, Promise<void> | undefined>();
  beforeAll(async () => {
    const waiting = outcomes.keys();
    const runner = async () => {
      for (const work of waiting) {
        const outcome = work();
        outcomes.set(work, outcome);
        await outcome.catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, runner));
  }, 300_000);
  return (sentence, work) => {
    outcomes.set(work, undefined);
    test(sentence, async () => outcomes.get(work));
  };
}
