import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Fakes, OPENED, serveFakes } from '../fake-services.ts';
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

test('who is on call has a name, a reason and an end', async () => {
  const at = '2026-01-05T04:00:00+01:00';
  const { body } = await harness.api.call('onCall.show', { as: observer, query: { at } });
  expect(body).toEqual({
    at: '2026-01-05T03:00:00.000Z',
    items: [
      {
        schedule: { id: 'primary', name: 'Primary' },
        people: [
          {
            id: 'ben',
            name: 'Ben Okri',
            because: 'rotation weekly',
            until: new Date(OPENED + 3_600_000).toISOString(),
            unreachable: false,
          },
        ],
        nextAt: null,
      },
    ],
  });
});

expectExercised('onCall');
