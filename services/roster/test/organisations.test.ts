import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Channel } from '@tocsin/proto/roster/v1';
import type { Organisation } from '../src/core/organisation.ts';
import { type Harness, openHarness, organisation, person } from './harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await openHarness();
});
afterAll(() => h.close());

/** The same ids as Acme's, all of them, and other people. */
const rival = (fields: Partial<Organisation> = {}): Organisation => {
  const people = ['ada', 'ben', 'cleo'].map((id, index) => person(id, 201 + index, { name: `Rival's ${id}` }));
  return organisation({ organisation: { id: 'rival', name: 'Rival', defaultPolicyId: 'main' }, people, ...fields });
};
const reach = (organisationId: string, personId = 'ada', mentionPersonIds: string[] = []) =>
  h.asked.reach({ organisationId, personId, contactMethodId: `${personId}-sms`, mentionPersonIds });
const holders = async (address: string, organisationId = '') =>
  (await h.asked.findByAddress({ organisationId, channel: Channel.SMS, address })).contactMethods
    .map((one) => `${one.organisationId} ${one.personId} ${one.contactMethodId}`)
    .sort();

beforeEach(async () => {
  await h.apply(organisation());
  await h.apply(rival());
});

test('two organisations may use the same ids for everything, and each reaches its own', async () => {
  expect((await reach('acme')).address).toBe('+12125550101');
  expect((await reach('rival')).address).toBe('+12125550201');
  expect(await reach('rival', 'ada', ['ben'])).toMatchObject({
    displayName: "Rival's ada",
    mentioned: { ben: "Rival's ben" },
  });
  expect(await h.apply(organisation())).toEqual([]);
  expect(await h.apply(rival())).toEqual([]);
});

test('an address is found with whose it is; a phone that both know belongs to both', async () => {
  expect(await holders('+12125550201')).toEqual(['rival ada ada-sms']);
  expect(await holders('+12125550201', 'acme')).toEqual([]);
  await h.apply(rival({ people: [person('ada', 101), person('ben', 202), person('cleo', 203)] }));
  expect(await holders('+12125550101')).toEqual(['acme ada ada-sms', 'rival ada ada-sms']);
  expect(await holders('+12125550101', 'rival')).toEqual(['rival ada ada-sms']);
});

test('a person who is deleted in one stays in the other', async () => {
  const left = rival();
  await h.apply({
    ...left,
    people: left.people.filter((one) => one.id !== 'ben'),
    teams: [{ id: 'secops', name: 'Security operations', memberIds: ['ada'] }],
    schedules: left.schedules.map((one) => ({
      ...one,
      rotations: one.rotations.map((rotation) => ({ ...rotation, memberIds: ['ada'] })),
    })),
  });
  await expect(reach('rival', 'ben')).rejects.toMatchObject({ code: 'person-unknown' });
  expect((await reach('acme', 'ben')).address).toBe('+12125550102');
});

test('an organisation is never guessed: who names none is refused, and nobody is found in one that does not exist', async () => {
  await expect(reach('')).rejects.toMatchObject({ name: 'InvalidInput', field: 'organisation_id' });
  await expect(reach('nobody')).rejects.toMatchObject({ name: 'NotFound', code: 'person-unknown' });
  const dee = person('dee', 301);
  await h.apply(organisation({ people: [...organisation().people, dee] }));
  expect((await reach('', 'dee')).address).toBe('+12125550301');
});

test('rows of when an id was one of all organisations are read as they are, and move when they change', async () => {
  await h.apply(rival({ people: ['ada', 'ben', 'cleo'].map((id, index) => person(id, 211 + index)) }));
  await renameAsBefore('rival');
  expect((await reach('rival')).address).toBe('+12125550211');
  expect((await reach('acme')).address).toBe('+12125550101');
  expect(await holders('+12125550211')).toEqual(['rival ada ada-sms']);
  const { layers } = await h.begin('main', '2026-01-06T12:00Z', 'rival');
  expect(layers[0]!.people.map((one) => one.personId)).toEqual(['ada']);

  const moved = rival({ people: [person('ada', 221), person('ben', 212), person('cleo', 213)] });
  expect(await h.apply(moved)).toEqual(['update person ada contactMethods']);
  expect((await reach('rival')).address).toBe('+12125550221');
  const rows = await h.collections.people.find({ organisationId: 'rival', deletedAt: null }).toArray();
  expect(rows.map((one) => one._id).sort()).toEqual(['ben', 'cleo', 'rival/ada']);
});

/** Puts an organisation's people where they were stored before. */
async function renameAsBefore(organisationId: string): Promise<void> {
  for (const collection of [h.db.collection('rosterPeople'), h.db.collection('rosterKeys')]) {
    const rows = await collection.find({ organisationId, id: { $exists: true } }, { promoteBuffers: true }).toArray();
    for (const { _id, id, ...rest } of rows) {
      await collection.deleteOne({ _id });
      await collection.insertOne({ _id: id, ...rest });
    }
  }
}
