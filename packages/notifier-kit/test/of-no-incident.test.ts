import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Outcome } from '@tocsin/proto/notifier/v1';
import type { OwnedKey } from '../src/key.ts';
import { createWorld, refuses, soon, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

const CODE: Partial<OwnedKey> = { kind: 'code', incidentId: '', escalationId: '', round: 0, layer: 0 };
const TEST: Partial<OwnedKey> = { ...CODE, kind: 'test' };
const receiptOf = (receipt: string) =>
  fetch(`${world.url}/receipt/${world.providers[0].sent[0]?.token}/${receipt}/a-1`, { method: 'POST' });

test('a code goes out once, with no incident, and is forgotten within the hour', async () => {
  const { neighbours, providers } = world;
  expect(await neighbours.deliver(CODE)).toMatchObject({ outcome: Outcome.SENT, delivered: false });
  expect(await neighbours.deliver(CODE)).toMatchObject({ outcome: Outcome.SENT });
  expect(providers[0].sent).toHaveLength(1);
  expect(providers[0].sent[0]).toMatchObject({ kind: 'code', code: '' });
  expect((await world.row()).expireAt.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
});

test('asked again, a test says that it arrived once its provider said so; no fact tells of it', async () => {
  const { neighbours } = world;
  await neighbours.deliver(TEST);
  await receiptOf('delivered');
  await soon(async () => (await neighbours.deliver(TEST)).delivered, 'the receipt to be heard');
  // A page's facts are told after everything that was stored before: then nothing was.
  await neighbours.deliver();
  await soon(async () => (await world.facts('page.v1.progressed')) > 0, "the page's fact");
  expect((await world.progressed()).map((one) => one.key?.kind)).toEqual([1]);
});

test('a test that its provider lost goes out by the next one, and no fact tells of it', async () => {
  const { neighbours, providers } = world;
  await neighbours.deliver(TEST);
  await receiptOf('failed');
  await soon(async () => (await neighbours.deliver(TEST)).provider === 'b', 'the other provider to have it');
  expect(providers[1].sent[0]?.kind).toBe('test');
  expect(await world.progressed()).toEqual([]);
});

test('a number that no provider reaches is refused', async () => {
  const { neighbours, providers } = world;
  providers[0].next.push(refuses('invalid-target'));
  expect(await neighbours.deliver(CODE)).toMatchObject({ outcome: Outcome.REFUSED });
  expect(await world.progressed()).toEqual([]);
});

test('what is of an incident names it', async () => {
  await expect(world.neighbours.deliver({ incidentId: '' })).rejects.toMatchObject({ field: 'key.incidentId' });
});
