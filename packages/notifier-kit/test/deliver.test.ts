import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { createWorld, hangs, refuses, soon, takesUnheard, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  for (const release of held.splice(0)) release();
  await world.stop();
});

/** Requests that hang in a replica which counts as dead; let go so that it can be stopped. */
const held: (() => void)[] = [];

test('a page is sent once, and the same request again hears the first answer', async () => {
  const { neighbours, providers } = world;
  const first = await neighbours.deliver();
  expect(first).toMatchObject({ outcome: Outcome.SENT, provider: 'a', providerId: 'a-1', possibleRepeat: false });
  expect(await neighbours.deliver()).toEqual(first);
  expect(providers[0].sent).toHaveLength(1);
  expect(await world.row()).toMatchObject({ state: 'sent', lease: null, attempts: [{ n: 1, outcome: 'taken' }] });
  await soon(async () => (await world.facts('page.v1.progressed')) === 1, 'the fact to be told');
});

test('two replicas asked for one page at the same time make one provider request', async () => {
  const { neighbours, providers } = world;
  await world.replica();
  const hold = Promise.withResolvers<void>();
  providers[0].next.push(() => hold.promise);
  const outcomes: Outcome[] = [];
  const asked = Array.from({ length: 8 }, async () => outcomes.push((await neighbours.deliver()).outcome));
  await soon(async () => outcomes.length === 7, 'seven to be turned away');
  expect(outcomes).toEqual(Array.from({ length: 7 }, () => Outcome.IN_PROGRESS));
  hold.resolve();
  await Promise.all(asked);
  expect(outcomes.at(-1)).toBe(Outcome.SENT);
  expect(providers[0].sent).toHaveLength(1);
  expect((await neighbours.deliver()).outcome).toBe(Outcome.SENT);
});

test('a refusal goes on to the next provider at once, and that is no repeat', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(refuses('temporary'));
  const said = await neighbours.deliver({}, { goForMs: 1_000 });
  expect(said).toMatchObject({ outcome: Outcome.SENT, provider: 'b', possibleRepeat: false });
  expect(providers[1].sent[0]?.possibleRepeat).toBe(false);
});

test('a time-out goes on to the next provider, which says possible repeat', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(hangs);
  const said = await neighbours.deliver();
  expect(said).toMatchObject({ outcome: Outcome.SENT, provider: 'b', possibleRepeat: true });
  expect(providers[1].sent[0]?.possibleRepeat).toBe(true);
  expect((await world.row()).attempts.map((one) => one.outcome)).toEqual(['unknown', 'taken']);
});

test('words that went stale during a time-out send nothing, and the next request goes on with the next provider', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(hangs);
  /** Asks with fresh words until they were not stale before anybody was asked, as who asks does. */
  const deliver = async (of: 0 | 1) => {
    for (;;) {
      const said = await neighbours.deliver({}, { goForMs: 250 });
      if (said.outcome !== Outcome.STALE || providers[of].sent.length > 0) return said;
    }
  };
  expect((await deliver(0)).outcome).toBe(Outcome.STALE);
  expect(providers[1].sent).toHaveLength(0);
  // It hangs in look-ups as well: that must not hold up the other way.
  providers[0].onLookUp = () => new Promise((resolve) => held.push(resolve));
  expect(await deliver(1)).toMatchObject({ outcome: Outcome.SENT, provider: 'b', possibleRepeat: true });
  expect(providers[0].sent).toHaveLength(1);
});

test('a wrong number is refused for good, and no other provider is asked', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(refuses('invalid-target'));
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.REFUSED, reason: 'test-invalid-target' });
  expect((await neighbours.deliver()).outcome).toBe(Outcome.REFUSED);
  expect([providers[0].sent.length, providers[1].sent.length]).toEqual([1, 0]);
});

test('when every provider fails, asking again tries again', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(refuses('temporary'));
  providers[1].next.push(refuses('rate-limited'));
  expect(await neighbours.deliver()).toMatchObject({
    outcome: Outcome.FAILED,
    provider: 'b',
    reason: 'test-rate-limited',
  });
  expect(await world.row()).toMatchObject({ state: 'claimed', lease: null });
  expect((await neighbours.deliver()).outcome).toBe(Outcome.SENT);
  expect((await world.row()).attempts.map((one) => one.n)).toEqual([1, 2, 3]);
});

test('a silent roster fails the request and leaves the page to the next one', async () => {
  const { neighbours, providers } = world;
  const { addresses } = neighbours;
  neighbours.addresses = null;
  expect(await neighbours.deliver()).toMatchObject({
    outcome: Outcome.FAILED,
    provider: '',
    reason: 'roster-silent',
  });
  neighbours.addresses = addresses;
  expect((await neighbours.deliver()).outcome).toBe(Outcome.SENT);
  expect(providers[0].sent).toHaveLength(1);
});

test('nothing goes out after go_until or useful_until, and a layer that gets more time gets its page', async () => {
  const { neighbours, providers } = world;
  expect((await neighbours.deliver({}, { goForMs: -1 })).outcome).toBe(Outcome.STALE);
  expect((await neighbours.deliver({}, { usefulForMs: -1 })).outcome).toBe(Outcome.EXPIRED);
  expect(providers[0].sent).toHaveLength(0);
  expect((await neighbours.deliver()).outcome).toBe(Outcome.SENT);
});

test('a page cut off by a crash that the provider has is found by look-up, and not sent again', async () => {
  const { neighbours, providers } = world;
  await cutOff({ taken: true });
  const said = await neighbours.deliver();
  expect(said).toMatchObject({ outcome: Outcome.SENT, provider: 'a', providerId: 'a-1' });
  expect([providers[0].sent.length, providers[1].sent.length]).toEqual([1, 0]);
});

test('a page cut off by a crash that the provider does not have goes out again as a possible repeat', async () => {
  const { neighbours, providers } = world;
  await cutOff({ taken: false });
  const said = await neighbours.deliver();
  expect(said).toMatchObject({ outcome: Outcome.SENT, possibleRepeat: true });
  expect(providers[0].sent.length + providers[1].sent.length).toBe(2);
});

test('with one provider left, the same again goes out only once a look-up says that it is not there', async () => {
  const { neighbours, providers } = world;
  providers[1].next.push(refuses('permanent'), refuses('permanent'));
  await cutOff({ taken: false, agedMs: 0 });
  expect(await neighbours.deliver()).toMatchObject({
    outcome: Outcome.IN_PROGRESS,
    provider: 'b',
    reason: 'outcome-unknown',
  });
  expect(providers[0].sent).toHaveLength(1);
  await world.age(2_500);
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'a', possibleRepeat: true });
  expect((await world.row()).attempts.filter((one) => one.provider === 'a').map((one) => one.outcome)).toEqual([
    'absent',
    'taken',
  ]);
});

test('while an outcome is unknown and look-ups fail nothing is sent twice, and in the end it goes again', async () => {
  const { neighbours, providers } = world;
  providers[1].next.push(...Array.from({ length: 9 }, () => refuses('temporary')));
  providers[0].onLookUp = async () => {
    throw new Error('away');
  };
  await cutOff({ taken: false, agedMs: 5_000 });
  expect((await neighbours.deliver()).outcome).toBe(Outcome.IN_PROGRESS);
  expect(providers[0].sent).toHaveLength(1);
  await world.age(5_000);
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'a', possibleRepeat: true });
});

test('a callback settles what a time-out left unknown', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(takesUnheard);
  providers[1].next.push(refuses('temporary'));
  expect((await neighbours.deliver()).outcome).toBe(Outcome.IN_PROGRESS);
  const token = providers[0].sent[0]?.token;
  await fetch(`${world.url}/receipt/${token}/delivered/a-1`, { method: 'POST' });
  expect(await neighbours.deliver()).toMatchObject({ outcome: Outcome.SENT, provider: 'a', providerId: 'a-1' });
  expect((await world.row()).state).toBe('delivered');
});

test('receipts only move a page forward, and each is told once', async () => {
  const { neighbours, providers } = world;
  await neighbours.deliver();
  const token = providers[0].sent[0]?.token;
  for (const receipt of ['sent', 'delivered', 'sent', 'delivered', 'queued', 'failed']) {
    await fetch(`${world.url}/receipt/${token}/${receipt}/a-1`, { method: 'POST' });
  }
  expect((await world.row()).state).toBe('delivered');
  await soon(async () => (await world.facts('page.v1.progressed')) === 2, 'queued and delivered to be told');
  const unknown = await fetch(`${world.url}/receipt/made-up/failed/a-1`, { method: 'POST' });
  expect(unknown.status).toBe(200);
});

test('a hundred pages at once all go out before their words are a second old', async () => {
  const { neighbours, providers } = world;
  await neighbours.deliver({ incidentId: 'warm-up' });
  for (let n = 0; n < 100; n += 1) neighbours.addresses?.set(`acme/p${n}/m${n}`, `+4917000${1_000 + n}`);
  const key = (n: number) => ({ personId: `p${n}`, contactMethodId: `m${n}` });
  const said = await Promise.all(Array.from({ length: 100 }, (_, n) => neighbours.deliver(key(n), { goForMs: 1_000 })));
  expect(said.every((one) => one.outcome === Outcome.SENT)).toBe(true);
  expect(providers[0].sent).toHaveLength(101);
});

test('a request without a key is refused with the field’s name', async () => {
  await expect(world.neighbours.notifier.deliver({ words: {} })).rejects.toMatchObject({ field: 'go_until' });
  await expect(world.neighbours.deliver({ personId: '' })).rejects.toMatchObject({ field: 'key.personId' });
});

/** A replica dies in the middle of its request: its lease runs out with the attempt still marked as calling. */
async function cutOff({ taken, agedMs = 2_500 }: { taken: boolean; agedMs?: number }): Promise<void> {
  const [a] = world.providers;
  const { promise, resolve } = Promise.withResolvers<void>();
  held.push(resolve);
  a.next.push(() => promise);
  const asked = world.neighbours.deliver({}, { timeoutMs: 1_500 }).catch(() => null);
  await soon(async () => a.sent.length === 1, 'the request to be under way');
  if (taken) a.has.set('a-1', a.sent[0]!);
  await world.expireLeases();
  await world.age(agedMs);
  void asked;
}

test('a contact method that the roster does not have is the person’s side', async () => {
  const said = await world.neighbours.deliver({ contactMethodId: 'gone' });
  expect(said).toMatchObject({ outcome: Outcome.REFUSED, reason: 'no-address' });
  expect(await world.rows()).toEqual([]);
});

test('a storm of pages at a provider that hangs keeps no withdrawal out', async () => {
  const { neighbours, providers } = world;
  const { promise, resolve } = Promise.withResolvers<void>();
  held.push(resolve);
  providers[0].next.push(...Array.from({ length: 300 }, () => () => promise));
  const asked = Array.from({ length: 300 }, (_, n) => neighbours.deliver({ incidentId: `storm-${n}` }));
  await soon(async () => providers[0].sent.length >= 200, 'the storm to be under way');
  expect(await neighbours.withdraw()).toBe(0);
  resolve();
  await Promise.allSettled(asked);
});
