import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AnswerOutcome } from '@tocsin/proto/incident/v1';
import { createWorld, soon, type World } from './world.ts';

let world: World;
let token: string;
beforeEach(async () => {
  world = await createWorld();
  await world.neighbours.deliver();
  token = world.providers[0].sent[0]!.token;
});
afterEach(() => world.stop());

const answer = async (id: string, url = world.url): Promise<unknown> =>
  (await fetch(`${url}/answer/${token}/${id}`, { method: 'POST' })).json();

test('an answer hears the decision, and is told as a fact', async () => {
  const { neighbours } = world;
  expect(await answer('x1')).toMatchObject({ outcome: 'yours', incidentNumber: 'INC-42' });
  expect(neighbours.answersAsked[0]).toMatchObject({ answerId: 'x1', key: { personId: 'ada' } });
  await soon(async () => (await world.facts('page.v1.answered')) === 1, 'the fact to be told');
});

test('a repeated answer hears the first decision, without asking again', async () => {
  const { neighbours } = world;
  const first = await answer('x1');
  neighbours.decide = () => ({ outcome: AnswerOutcome.OVER });
  expect(await answer('x1')).toEqual(first);
  expect(neighbours.answersAsked).toHaveLength(1);
  await soon(async () => (await world.facts('page.v1.answered')) === 1, 'the fact to be told once');
});

test('an answer that is only stored is asked about again until it is decided', async () => {
  const { neighbours } = world;
  let asked = 0;
  neighbours.decide = () => {
    asked += 1;
    return asked < 4 ? { outcome: AnswerOutcome.STORED } : { outcome: AnswerOutcome.TAKEN, ownerPersonId: 'ben' };
  };
  expect(await answer('x1')).toMatchObject({ outcome: 'taken', ownerPersonId: 'ben' });
  expect(new Set(neighbours.answersAsked.map((one) => one.answerId))).toEqual(new Set(['x1']));
});

test('incidents being away for a second is not the caller’s to notice', async () => {
  const { neighbours } = world;
  const backAt = Date.now() + 1_000;
  neighbours.decide = () => {
    if (Date.now() < backAt) throw new Error('away');
    return { outcome: AnswerOutcome.YOURS };
  };
  expect(await answer('x1')).toMatchObject({ outcome: 'yours' });
});

test('a caller waits three seconds at most; the answer is told on, by another replica after a restart', async () => {
  const { neighbours } = world;
  let away = true;
  neighbours.decide = () => {
    if (away) throw new Error('away');
    return { outcome: AnswerOutcome.YOURS };
  };
  const began = Date.now();
  expect(await answer('x1')).toBeNull();
  expect(Date.now() - began).toBeLessThan(4_500);
  await world.first.stop();
  const other = await world.replica();
  away = false;
  await soon(async () => {
    const before = neighbours.answersAsked.length;
    const decision = await answer('x1', `http://127.0.0.1:${other.port}`);
    return decision !== null && neighbours.answersAsked.length === before;
  }, 'the sweep to bring the decision');
});
