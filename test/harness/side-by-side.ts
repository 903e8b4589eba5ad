import { beforeAll, test } from '@jest/globals';

/**
 * For tests that mostly wait: gives a `test` whose tests all run at once before the first of their `describe`, and each passes
 * or fails as it did there.
 */
export function sideBySide(): (sentence: string, work: () => Promise<void>) => void {
  const outcomes = new Map<() => Promise<void>, Promise<void> | undefined>();
  beforeAll(async () => {
    for (const work of outcomes.keys()) outcomes.set(work, work());
    await Promise.allSettled(outcomes.values());
  }, 180_000);
  return (sentence, work) => {
    outcomes.set(work, undefined);
    test(sentence, async () => outcomes.get(work));
  };
}
