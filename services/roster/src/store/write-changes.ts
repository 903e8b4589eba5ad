import type { ClientSession, Collection, Document } from 'mongodb';
import type { Change } from '../core/changes.ts';
import type { Organisation } from '../core/organisation.ts';
import { keyOwner, sealPerson } from '../crypto/sealed-person.ts';
import type { Vault } from '../crypto/vault.ts';
import { type Collections, type Owned, ofPeople, type PersonRow, personOf, rowOf } from './collections.ts';

/** Writes what changed, and raises the organisation's version last: two that apply at once collide on it, and one begins again. */
export async function writeChanges(
  { collections, vault }: { collections: Collections; vault: Vault },
  wanted: Organisation,
  changes: Change[],
  session: ClientSession,
): Promise<void> {
  const { id: organisationId, name, defaultPolicyId } = wanted.organisation;
  const touched = (kind: Change['kind']) => changes.filter((change) => change.kind === kind);
  await writePeople(collections, vault, wanted, touched('person'), session);
  await writeOwned(collections.teams, organisationId, wanted.teams, touched('team'), session);
  await writeOwned(collections.schedules, organisationId, wanted.schedules, touched('schedule'), session);
  await writeOwned(collections.policies, organisationId, wanted.policies, touched('policy'), session);
  await collections.organisations.updateOne(
    { _id: organisationId },
    { $set: { name, defaultPolicyId }, $inc: { version: 1 } },
    { upsert: true, session },
  );
}

async function writePeople(
  { people, keys }: Collections,
  vault: Vault,
  { organisation, people: wanted }: Organisation,
  changes: Change[],
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
      return sealPerson(vault, key, organisationId, person);
    });
  await people.insertMany([...gone.map((id) => tombstone(organisationId, id)), ...sealed], { session });
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
  organisationId: string,
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
      ...idsOf(changes, 'delete').map((id) => ({ deleteOne: { filter: { _id: rowOf(organisationId, id) } } })),
      ...wanted
        .filter(({ id }) => changed.has(id))
        .map((one) => ({
          replaceOne: {
            filter: { _id: rowOf(organisationId, one.id) },
            replacement: { organisationId, ...one },
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
