import { beforeAll } from '@jest/globals';

/**
 * For rows of a table that mostly wait: all are run at once before the tests of this `describe`, and each test then resolves or
 * rejects as its own row did.
 */
export function sideBySide<Row>(rows: readonly Row[], run: (row: Row) => Promise<void>): (row: Row) => Promise<void> {
  const outcomes = new Map<Row, Promise<void>>();
  beforeAll(async () => {
    for (const row of rows) outcomes.set(row, run(row));
    await Promise.allSettled(outcomes.values());
  }, 180_000);
  return async (row) => outcomes.get(row);
}
