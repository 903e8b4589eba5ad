import { expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { createGroupCommit } from './group-commit.ts';

const limits = { bytesOf: (item: number) => item, batchItems: 3, batchBytes: 100, queueItems: 5, queueBytes: 1_000 };

function gatedCommit(overrides: Partial<typeof limits> = {}) {
  const batches: number[][] = [];
  const gates: PromiseWithResolvers<(string | Error)[]>[] = [];
  const commit = createGroupCommit<number, string>({
    ...limits,
    ...overrides,
    write: (batch) => {
      batches.push(batch);
      gates.push(Promise.withResolvers());
      return gates.at(-1)!.promise;
    },
  });
  const gate = (at: number) => until(() => gates[at], { everyMs: 1, what: `write ${at}` });
  return { commit, batches, gate };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('what arrives while a write is under way shares the next, within the limits of a batch', async () => {
  const { commit, batches, gate } = gatedCommit();
  const added = [commit.add(1)];
  await turn();
  added.push(commit.add(2), commit.add(3), commit.add(4), commit.add(5));
  (await gate(0)).resolve(['a']);
  expect(await added[0]).toBe('a');
  (await gate(1)).resolve(['b', 'c', 'd']);
  (await gate(2)).resolve(['e']);
  await commit.drain();
  expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  expect(await Promise.all(added)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a batch ends before it has too many bytes, but takes an item larger than that alone', async () => {
  const { commit, batches, gate } = gatedCommit();
  const added = [commit.add(150), commit.add(60), commit.add(60)];
  for (const at of [0, 1, 2]) {
    (await gate(at)).resolve(['ok']);
  }
  await Promise.all(added);
  expect(batches).toEqual([[150], [60], [60]]);
});

test("an item's own failure is its own", async () => {
  const { commit, gate } = gatedCommit();
  const added = [commit.add(1), commit.add(2), commit.add(3)];
  (await gate(0)).resolve(['a', new Error('too odd'), 'c']);
  const [first, second, third] = await Promise.allSettled(added);
  expect(first).toMatchObject({ value: 'a' });
  expect(second).toMatchObject({ reason: { message: 'too odd' } });
  expect(third).toMatchObject({ value: 'c' });
});

test('a full queue refuses at once, and takes again when it is emptier', async () => {
  const { commit, gate } = gatedCommit();
  const added = [commit.add(1)];
  await turn();
  for (const item of [2, 3, 4, 5, 6]) added.push(commit.add(item));
  await expect(commit.add(7)).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1_000 });
  (await gate(0)).resolve(['a']);
  await turn();
  added.push(commit.add(8));
  (await gate(1)).resolve(['b', 'c', 'd']);
  (await gate(2)).resolve(['e', 'f', 'g']);
  expect(await Promise.all(added)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
});

test('a queue of too many bytes refuses too', async () => {
  const { commit } = gatedCommit();
  void commit.add(999);
  await expect(commit.add(2)).rejects.toMatchObject({ code: 'overloaded' });
});

test('when the store is away, those who wait hear it with the write that found out, and the next is tried', async () => {
  const { commit, gate } = gatedCommit();
  const first = commit.add(1);
  await turn();
  const waiting = commit.add(2);
  (await gate(0)).reject(new Error('connection lost'));
  await expect(first).rejects.toMatchObject({ code: 'store-away' });
  await expect(waiting).rejects.toMatchObject({ code: 'store-away' });
  const later = commit.add(3);
  (await gate(1)).resolve(['ok']);
  expect(await later).toBe('ok');
});
