import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Fakes, serveFakes } from '../fake-services.ts';
import { type Harness, openHarness, type SignedIn } from '../harness.ts';

let harness: Harness;
let fakes: Fakes;
let observer: SignedIn;
beforeAll(async () => {
  harness = await openHarness();
  fakes = await serveFakes(harness);
  observer = await harness.user('observer');
});
afterAll(async () => {
  await fakes?.stop();
  await harness?.close();
});

test('people come by their ids, in pages; who is erased is an id', async () => {
  const first = await harness.api.call('people.list', { as: observer, query: { limit: 2 } });
  expect(first.body).toEqual({
    items: [
      { id: 'ada', name: 'Ada Lovelace' },
      { id: 'ben', name: 'Ben Okri' },
    ],
    nextCursor: 'ben',
  });
  const rest = await harness.api.call('people.list', { as: observer, query: { limit: 2, cursor: 'ben' } });
  expect(rest.body).toEqual({ items: [{ id: 'gone', name: 'gone' }], nextCursor: null });
});

expectExercised('people');
