import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { Receipt } from '@tocsin/proto/page/v1';
import { createWorld, refuses, soon, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

/** What a provider says of the last request that it took. */
async function receipt(of: 0 | 1, said: string): Promise<void> {
  const { sent, id } = world.providers[of];
  await fetch(`${world.url}/receipt/${sent.at(-1)?.token}/${said}/${id}-${sent.length}`, { method: 'POST' });
}
const sentBy = () => world.providers.map((one) => one.sent.length);
const lostFacts = async () => (await world.progressed()).filter((one) => one.lost).map((one) => one.attempt);

test('what did not arrive after it was taken goes out by the next provider, under the same key and code, as no repeat', async () => {
  const { neighbours, providers } = world;
  await neighbours.deliver();
  await receipt(0, 'failed');
  expect(await world.row()).toMatchObject({ state: 'failed', attempts: [{ outcome: 'lost' }] });
  const said = await neighbours.deliver();
  expect(said).toMatchObject({ outcome: Outcome.SENT, provider: 'b', possibleRepeat: false });
  expect(providers[1].sent[0]).toMatchObject({ code: providers[0].sent[0]!.code, possibleRepeat: false });
  await receipt(1, 'delivered');
  expect((await world.row()).state).toBe('delivered');
  expect(sentBy()).toEqual([1, 1]);
});

test('that it was lost is told once, with the attempt, and only where nobody has it any more', async () => {
  const { neighbours } = world;
  await neighbours.deliver();
  for (let n = 0; n < 3; n += 1) await receipt(0, 'failed');
  await neighbours.deliver();
  await receipt(1, 'failed');
  expect(await lostFacts()).toEqual([1, 2]);
  const told = (await world.progressed()).filter((one) => one.receipt === Receipt.FAILED);
  expect(told.map((one) => one.provider)).toEqual(['a', 'b']);
  await soon(async () => (await world.facts('page.v1.progressed')) === 4, 'both requests and both losses to be told');
});

test('each provider is asked once for what it lost: then the notification is undelivered, however often it is asked for', async () => {
  const { neighbours } = world;
  await neighbours.deliver();
  await receipt(0, 'failed');
  await neighbours.deliver();
  await receipt(1, 'failed');
  for (let n = 0; n < 3; n += 1) expect((await neighbours.deliver()).outcome).toBe(Outcome.UNDELIVERED);
  expect(sentBy()).toEqual([1, 1]);
  expect((await neighbours.deliver({ repeat: 2 })).outcome).toBe(Outcome.SENT);
});

test('a provider that has not lost it yet, and cannot just now, is asked again', async () => {
  const { neighbours, providers } = world;
  await neighbours.deliver();
  await receipt(0, 'failed');
  providers[1].next.push(refuses('temporary'));
  expect(await neighbours.deliver()).toMatchObject({
    outcome: Outcome.FAILED,
    provider: 'b',
    reason: 'test-temporary',
  });
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'b' });
  expect(sentBy()).toEqual([1, 2]);
});

test('an address that turns out to be wrong after it was taken is refused, and no other provider is asked', async () => {
  const { neighbours } = world;
  await neighbours.deliver();
  await receipt(0, 'refused');
  expect((await neighbours.deliver()).outcome).toBe(Outcome.REFUSED);
  expect(sentBy()).toEqual([1, 0]);
  expect(await lostFacts()).toEqual([1]);
});

test('delivered after failed is delivered; failed after delivered is nothing', async () => {
  const { neighbours } = world;
  await neighbours.deliver();
  await receipt(0, 'failed');
  await receipt(0, 'delivered');
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'a' });
  await receipt(0, 'failed');
  expect((await world.row()).state).toBe('delivered');
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'a' });
  expect([sentBy(), await lostFacts()]).toEqual([[1, 0], [1]]);
});

test('a phone that rang and was not taken is no loss', async () => {
  const { neighbours } = world;
  await neighbours.deliver();
  for (const said of ['sent', 'unanswered', 'sent']) await receipt(0, said);
  expect((await world.row()).state).toBe('unanswered');
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'a' });
  expect([sentBy(), await lostFacts()]).toEqual([[1, 0], []]);
});

test('a receipt that is faster than the answer to its request sends it by the next provider in the same breath', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(() => receipt(0, 'failed'));
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'b' });
  expect(await lostFacts()).toEqual([]);
});

test('what was withdrawn is not sent again, whatever became of it', async () => {
  const { neighbours } = world;
  await neighbours.deliver();
  await neighbours.withdraw();
  await receipt(0, 'failed');
  expect((await neighbours.deliver()).outcome).toBe(Outcome.WITHDRAWN);
  expect(sentBy()).toEqual([1, 0]);
});

test('two replicas that go on with it at the same time make one request', async () => {
  const { neighbours, providers } = world;
  await world.replica();
  await neighbours.deliver();
  await receipt(0, 'failed');
  const hold = Promise.withResolvers<void>();
  providers[1].next.push(() => hold.promise);
  const asked = Array.from({ length: 6 }, () => neighbours.deliver());
  await soon(async () => providers[1].sent.length === 1, 'the second provider to be asked');
  hold.resolve();
  const outcomes = (await Promise.all(asked)).map((one) => one.outcome);
  expect(outcomes.filter((one) => one === Outcome.SENT).length).toBeGreaterThanOrEqual(1);
  expect(sentBy()).toEqual([1, 1]);
});
