import type { ClientSession, Collection, Document } from 'mongodb';
import type { Change } from '../core/changes.ts';
import type { Organisation } from '../core/organisation.ts';
import { keyOwner, sealPerson } from '../crypto/sealed-person.ts';
import type { Vault } from '../crypto/vault.ts';
import { type Collections, type Owned, ofPeople, type PersonRow, personOf, rowOf } from './collections.ts';

/** Writes what changed as of `revision`, and raises the organisation's version to it last: two that apply at once collide on it, and one begins again. */
export async function writeChanges(
  { collections, vault }: { collections: Collections; vault: Vault },
  wanted: Organisation,
  changes: Change[],
  revision: number,
  session: ClientSession,
): Promise<void> {
  const { id: organisationId, name, defaultPolicyId } = wanted.organisation;
  const touched = (kind: Change['kind']) => changes.filter((change) => change.kind === kind);
  const own = { organisationId, revision };
  await writePeople(collections, vault, wanted, touched('person'), revision, session);
  await writeOwned(collections.teams, own, wanted.teams, touched('team'), session);
  await writeOwned(collections.schedules, own, wanted.schedules, touched('schedule'), session);
  await writeOwned(collections.policies, own, wanted.policies, touched('policy'), session);
  const recordRevision = touched('organisation').length > 0 ? { recordRevision: revision } : {};
  await collections.organisations.updateOne(
    { _id: organisationId },
    { $set: { name, defaultPolicyId, version: revision, ...recordRevision } },
    { upsert: true, session },
  );
}

async function writePeople(
  { people, keys }: Collections,
  vault: Vault,
  { organisation, people: wanted }: Organisation,
  changes: Change[],
  revision: number,
  session: ClientSession,
): Promise<void> {
  const organisationId = organisation.id;
  const gone = idsOf(changes, 'delete');
  const changed = idsOf(changes, 'create', 'update');
  const created = new Set(idsOf(changes, 'create'));
  const kept = await keys.find(ofPeople(organisationId, changed), { session }).toArray();
  const wrapped = new Map(kept.map((row) => [personOf(row), row.wrapped]));
  // Somebody new gets a new key, also where an id comes back: what an old key sealed stays erased.
  for (const id of created) wrapped.set(id, vault.newDataKey(keyOwner(organisationId, id)));
  const touched = [...gone, ...changed];
  if (touched.length === 0) return;
  const before = await people.find(ofPeople(organisationId, changed), { session }).toArray();
  const marks = new Map(before.filter((row) => !created.has(personOf(row))).flatMap(marksOf));
  const markOf = (personId: string, id: string, indexes: readonly string[]) =>
    indexes.map((index) => marks.get(`${personId}|${id}|${index}`)).find((mark) => mark !== undefined);
  // All that was there goes, rows of an older layout with it.
  await keys.deleteMany(ofPeople(organisationId, touched), { session });
  await people.deleteMany(ofPeople(organisationId, touched), { session });
  if (wrapped.size > 0) {
    await keys.insertMany(
      [...wrapped].map(([id, bytes]) => ({ _id: rowOf(organisationId, id), organisationId, id, wrapped: bytes })),
      { session },
    );
  }
  const sealed = wanted
    .filter(({ id }) => wrapped.has(id))
    .map((person) => {
      const key = vault.open(wrapped.get(person.id)!, keyOwner(organisationId, person.id));
      const row = sealPerson(vault, key, organisationId, person);
      const contactMethods = row.contactMethods.map((method, at) => {
        const { channel, address } = person.contactMethods[at]!;
        return { ...method, ...markOf(person.id, method.id, vault.indexesOf(channel, address)) };
      });
      return { ...row, contactMethods, revision };
    });
  await people.insertMany([...gone.map((id) => tombstone(organisationId, id)), ...sealed], { session });
}

/** What was proved of an address, or that there is none any more, stays with it, whatever else of the person changes. */
function marksOf(row: PersonRow): [string, { verifiedAt?: Date; goneAt?: Date }][] {
  return row.contactMethods.map(({ id, index, verifiedAt, goneAt }) => [
    `${personOf(row)}|${id}|${index}`,
    { ...(verifiedAt ? { verifiedAt } : {}), ...(goneAt ? { goneAt } : {}) },
  ]);
}

/** What is left of a deleted person: that there was somebody of this id. */
function tombstone(organisationId: string, id: string): PersonRow {
  return {
    _id: rowOf(organisationId, id),
    organisationId,
    id,
    name: new Uint8Array(),
    locale: 'en',
    contactMethods: [],
    rules: { high: [], low: [] },
    deletedAt: new Date(),
  };
}

async function writeOwned<T extends { id: string }>(
  collection: Collection<Owned<T>>,
  own: { organisationId: string; revision: number },
  wanted: T[],
  changes: Change[],
  session: ClientSession,
): Promise<void> {
  if (changes.length === 0) return;
  // The driver's types do not follow a generic document: rows are written as plain ones.
  const rows = collection as unknown as Collection<Document & { _id: string }>;
  const changed = new Set(idsOf(changes, 'create', 'update'));
  await rows.bulkWrite(
    [
      ...idsOf(changes, 'delete').map((id) => ({ deleteOne: { filter: { _id: rowOf(own.organisationId, id) } } })),
      ...wanted
        .filter(({ id }) => changed.has(id))
        .map((one) => ({
          replaceOne: {
            filter: { _id: rowOf(own.organisationId, one.id) },
            replacement: { ...own, ...one },
            upsert: true,
          },
        })),
    ],
    { session },
  );
}

function idsOf(changes: Change[], ...actions: Change['action'][]): string[] {
  return changes.filter(({ action }) => actions.includes(action)).map(({ id }) => id);
}
