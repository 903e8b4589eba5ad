/**
 * Groups what an iterator yields: a batch begins with its first item, and ends when it is full or `maxWaitMs` later.
 * Nothing that was taken from the iterator is lost when it fails: the batch so far comes first, then the failure.
 */
export async function* batches<T>(items: AsyncIterable<T>, size: number, maxWaitMs: number): AsyncGenerator<T[]> {
  const iterator = items[Symbol.asyncIterator]();
  const take = () => {
    const taken = iterator.next();
    // It may fail while a batch is being handled; who awaits it next hears of it.
    taken.catch(() => {});
    return taken;
  };
  for (let next = take(); ; ) {
    const first = await next;
    if (first.done) return;
    const batch = [first.value];
    next = take();
    const { promise: waited, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, maxWaitMs);
    while (batch.length < size) {
      const more = await Promise.race([next, waited]).catch(() => undefined);
      if (!more || more.done) break;
      batch.push(more.value);
      next = take();
    }
    clearTimeout(timer);
    yield batch;
  }
}
