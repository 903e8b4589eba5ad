/** The most that goes into one command. */
const AT_ONCE = 500;

/**
 * Does one piece of work for many: what is asked for while a command is under way goes with the next one. Alone, nobody waits;
 * a hundred at once cost a few commands. `work` answers in the order of its items; where it throws, all of them hear it.
 */
export function createBatch<Item, Result>(
  work: (items: Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  let working = false;

  async function workThrough(): Promise<void> {
    working = true;
    // What is asked for in the same turn belongs together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      try {
        const results = await work(batch.map((one) => one.item));
        for (const [index, one] of batch.entries()) one.resolve(results[index]!);
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    working = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!working) void workThrough();
    });
}
