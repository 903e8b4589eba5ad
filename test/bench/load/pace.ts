import { sleep } from '@tocsin/platform';

/**
 * Begins `work` `count` times, `perSecond` of them, each at its own instant whatever became of the ones before. Each is given the
 * instant at which it was to begin: late is late, also where it was ourselves who were late.
 */
export async function atPace<T>(
  { count, perSecond }: { count: number; perSecond: number },
  work: (index: number, dueAt: number) => Promise<T>,
): Promise<T[]> {
  const begin = Date.now() + 20;
  const under: Promise<T>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueAt = begin + (index * 1_000) / perSecond;
    const wait = dueAt - Date.now();
    if (wait > 0) await sleep(wait);
    under.push(work(index, dueAt));
  }
  return Promise.all(under);
}

/** Does `work` `count` times, so many side by side. */
export async function sideBySide(count: number, width: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
