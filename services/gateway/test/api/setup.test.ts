import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectExercised } from '../api.ts';
import { type Harness, openHarness, PASSWORD } from '../harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness?.close());

const tokenOf = (link: string | undefined) => new URL(link!).hash.slice(1);
const person = (token: string, name = 'one') => ({ token, email: `${name}@example.com`, name, password: PASSWORD });

test('the link’s secret is not in the store, and not in what a server sees of the link', async () => {
  const link = new URL(harness.gateway.setupLink!);
  expect([link.origin, link.pathname, link.search]).toEqual([harness.url, '/setup', '']);
  expect(JSON.stringify(await harness.collections.tickets.find().toArray())).not.toContain(tokenOf(link.href));
});

test('a token that nobody gave makes nobody', async () => {
  const answer = await harness.api.ask('setup.createFirstUser', { body: person('x'.repeat(43)) });
  expect(answer).toMatchObject({ status: 401, body: { code: 'ticket-invalid' } });
});

test('a link of two days ago is good for nothing; a new start gives a new one', async () => {
  const replica = await harness.replica();
  harness.clock.advance(48 * 3_600_000);
  const late = await harness.api.ask('setup.createFirstUser', { body: person(tokenOf(replica.gateway.setupLink)) });
  expect(late).toMatchObject({ status: 401, body: { code: 'ticket-invalid' } });
});

test('links of two replicas, used at the same instant, make one owner', async () => {
  const [one, two] = [await harness.replica(), await harness.replica()];
  const visitor = one.api.visitor();
  const answers = await Promise.all([
    one.api.ask('setup.createFirstUser', { as: visitor, body: person(tokenOf(one.gateway.setupLink), 'one') }),
    two.api.ask('setup.createFirstUser', { body: person(tokenOf(two.gateway.setupLink), 'two') }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(await harness.collections.users.countDocuments()).toBe(1);
  const made = answers.find(({ status }) => status === 201)!;
  expect(made.body).toMatchObject({ role: 'owner', organisationId: 'acme' });
});

test('once there is a user there is no link', async () => {
  expect((await harness.replica()).gateway.setupLink).toBeUndefined();
});

expectExercised('setup');
