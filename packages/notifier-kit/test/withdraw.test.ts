import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { createWorld, refuses, soon, takesUnheard, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

test('what was withdrawn before it was asked for is not sent', async () => {
  await world.neighbours.withdraw();
  expect((await world.neighbours.deliver()).outcome).toBe(Outcome.WITHDRAWN);
  expect((await world.neighbours.deliver()).outcome).toBe(Outcome.WITHDRAWN);
  expect(world.providers[0].sent).toHaveLength(0);
  expect(await world.row()).toMatchObject({ state: 'withdrawn', attempts: [] });
});

test('what waits for another try when it is withdrawn is not sent', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(refuses('temporary'));
  providers[1].next.push(refuses('temporary'));
  expect((await neighbours.deliver()).outcome).toBe(Outcome.FAILED);
  await neighbours.withdraw();
  expect((await neighbours.deliver()).outcome).toBe(Outcome.WITHDRAWN);
  expect((await world.row()).state).toBe('withdrawn');
  expect([providers[0].sent.length, providers[1].sent.length]).toEqual([1, 1]);
});

test('a withdrawal between two providers keeps the second from being asked', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(async () => {
    await neighbours.withdraw();
    await refuses('temporary')();
  });
  expect((await neighbours.deliver()).outcome).toBe(Outcome.WITHDRAWN);
  expect(providers[1].sent).toHaveLength(0);
});

test('a call whose request is under way when it is withdrawn is stopped as soon as the provider says its id', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(async () => void (await neighbours.withdraw()));
  await neighbours.deliver();
  await soon(async () => providers[0].stopped.length === 1, 'the call to be stopped');
  expect(providers[0].stopped).toEqual(['a-1']);
});

test('what rings is stopped at once, and a repeat has nothing left to stop', async () => {
  const { neighbours, providers } = world;
  await neighbours.deliver();
  await neighbours.deliver({ personId: 'ben', contactMethodId: 'ben-phone' });
  expect(await neighbours.withdraw()).toBe(2);
  expect(await neighbours.withdraw()).toBe(0);
  expect(providers[0].stopped.sort()).toEqual(['a-1', 'a-2']);
});

test('a call that was taken unheard and withdrawn is looked for and stopped', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(takesUnheard);
  providers[1].next.push(refuses('temporary'));
  expect((await neighbours.deliver()).outcome).toBe(Outcome.IN_PROGRESS);
  await neighbours.withdraw();
  await soon(async () => providers[0].stopped.length === 1, 'the call to be found and stopped');
});

test('a call that is withdrawn while its request is under way, and then cut off, is looked for and stopped', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(async () => {
    await neighbours.withdraw();
    await takesUnheard();
  });
  await neighbours.deliver();
  await soon(async () => providers[0].stopped.length === 1, 'the call to be found and stopped');
});

test('a call over which its notifier died is looked for and stopped when the lease has run out', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(takesUnheard);
  providers[1].next.push(refuses('temporary'));
  await neighbours.deliver();
  await world.leaveCalling(1_000);
  await neighbours.withdraw();
  await soon(async () => providers[0].stopped.length === 1, 'the call to be found and stopped');
});

test('a call that rings after its withdrawal, with nobody left who knows of it, is stopped by its own receipt', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(takesUnheard);
  providers[1].next.push(refuses('temporary'));
  const [a] = providers;
  await neighbours.deliver();
  a.onLookUp = async () => {
    throw new Error('away');
  };
  await neighbours.withdraw();
  expect(a.stopped).toEqual([]);
  await fetch(`${world.url}/receipt/${a.sent[0]?.token}/sent/a-1`, { method: 'POST' });
  await soon(async () => a.stopped.length === 1, 'the call to be stopped');
});

test('a provider that fails to stop a call is asked again', async () => {
  const { neighbours, providers } = world;
  await neighbours.deliver();
  const [a] = providers;
  const { stop } = a;
  let failures = 2;
  a.stop = async (providerId, opts) => {
    if (failures-- > 0) throw new Error('away');
    return stop!(providerId, opts);
  };
  await neighbours.withdraw();
  await soon(async () => a.stopped.length === 1, 'the call to be stopped after all');
});

test.each([
  ['everybody, this round', {}, { round: 1 }, true],
  ['everybody, an earlier round', { throughRound: 2 }, { round: 1 }, true],
  ['everybody, a later round', { throughRound: 1 }, { round: 2 }, false],
  ['another incident', { incidentId: 'i2' }, { round: 1 }, false],
  ['this person, this layer', { personId: 'ada', layer: 1 }, { round: 1 }, true],
  ['this person, another layer', { personId: 'ada', layer: 2 }, { round: 1 }, false],
  ['this person, an earlier round', { personId: 'ada', layer: 1, throughRound: 2 }, { round: 1 }, false],
  ['another person', { personId: 'ben', layer: 1 }, { round: 1 }, false],
  ['news, not a page', {}, { kind: 'taken' as const }, false],
])('withdrawing covers %s', async (_, withdrawal, key, covered) => {
  const { neighbours } = world;
  await neighbours.withdraw(withdrawal);
  const before = await neighbours.deliver(key);
  expect(before.outcome).toBe(covered ? Outcome.WITHDRAWN : Outcome.SENT);
  if (covered) return;
  expect(await neighbours.withdraw(withdrawal)).toBe(0);
});

test('an everybody-withdrawal never falls back to an earlier round', async () => {
  const { neighbours } = world;
  await neighbours.withdraw({ throughRound: 3 });
  await neighbours.withdraw({ throughRound: 1 });
  expect((await neighbours.deliver({ round: 3 })).outcome).toBe(Outcome.WITHDRAWN);
  expect((await neighbours.deliver({ round: 4 })).outcome).toBe(Outcome.SENT);
});
