import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { Channel } from '@tocsin/proto/roster/v1';
import { ownerOf, renewKeys } from '../src/crypto/renew-keys.ts';
import { createVault } from '../src/crypto/vault.ts';
import { createRoster, type Roster } from '../src/index.ts';
import { type Harness, log, openHarness, organisation, person } from './harness.ts';

let h: Harness;
const next = randomBytes(32).toString('base64');
let running: Roster[] = [];
beforeAll(async () => {
  h = await openHarness();
});
afterAll(async () => {
  await stop();
  await h.close();
});

async function start(masterKey: string): Promise<void> {
  const roster = createRoster({ ...h.config, masterKey }, { log });
  await roster.start();
  running.push(roster);
}

async function stop(): Promise<void> {
  const stopping = running;
  running = [];
  await Promise.all(stopping.map((one) => one.stop()));
}

/** Asked so often that every replica answers some of it. */
async function everybodyIsReachedAndFound(people: [id: string, address: string][]): Promise<void> {
  for (let times = 0; times < 10; times += 1) {
    for (const [personId, address] of people) {
      const ref = { organisationId: 'acme', personId, contactMethodId: `${personId}-sms` };
      expect((await h.asked.reach(ref)).address).toBe(address);
      const { contactMethods } = await h.asked.findByAddress({ channel: Channel.SMS, address });
      expect(contactMethods).toMatchObject([ref]);
    }
  }
}

test('a master key takes another’s place while replicas answer: everybody is reached and found, what is proved stays, and the old one may go', async () => {
  const { masterKey: old } = h.config;
  const people: [string, string][] = [
    ['ada', '+12125550101'],
    ['ben', '+12125550102'],
    ['cleo', '+12125550103'],
  ];
  await h.apply(organisation());
  const proved = { $set: { 'contactMethods.$[].verifiedAt': new Date(0) } };
  await h.collections.people.updateMany({}, proved);

  // Beside the replica that knows the old key alone.
  await start(`${old},${next}`);
  await h.roster.stop();
  await start(`${next},${old}`);
  await h.apply(
    organisation({ people: [person('ada', 101), person('ben', 102), person('cleo', 103, { locale: 'de' })] }),
  );
  await everybodyIsReachedAndFound(people);
  const vault = createVault(next);
  const isRenewed = async () => {
    const keys = await h.collections.keys.find().toArray();
    return keys.every((row) => vault.renewed(row.wrapped, ownerOf(row)) === null);
  };
  await until(isRenewed, { what: 'every key to be wrapped with the newest' });
  // Renewed, and then written by the replica that holds the old key for the newest still.
  const cleo = { id: 'cleo', contactMethods: { $elemMatch: { id: 'cleo-sms' } } };
  const older = createVault(old).indexOf('sms', '+12125550103');
  await h.collections.people.updateOne(cleo, { $set: { 'contactMethods.$.index': older } });
  await everybodyIsReachedAndFound(people);
  const both = createVault(`${next},${old}`);
  expect(await renewKeys(both, h.collections)).toBeGreaterThanOrEqual(1);
  expect(await renewKeys(both, h.collections)).toBe(0);
  await everybodyIsReachedAndFound(people);

  await stop();
  await start(next);
  await everybodyIsReachedAndFound(people);
  await h.apply(
    organisation({ people: [person('ada', 101, { locale: 'fr' }), person('ben', 102), person('cleo', 103)] }),
  );
  const rows = await h.collections.people.find().toArray();
  expect(rows.flatMap((row) => row.contactMethods.map((one) => one.verifiedAt?.getTime()))).toEqual([0, 0, 0, 0, 0, 0]);
  await expect(start(old)).rejects.toMatchObject({ code: 'master-key-wrong', field: 'ROSTER_MASTER_KEY' });
});
