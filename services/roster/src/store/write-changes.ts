import type { ClientSession, Collection, Document } from 'mongodb';
import type { Change } from '../core/changes.ts';
import type { Organisation } from '../core/organisation.ts';
import { keyOwner, sealPerson } from '../crypto/sealed-person.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Collections, Owned, PersonRow } from './collections.ts';

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
  if (gone.length > 0) {
    await keys.deleteMany({ _id: { $in: gone } }, { session });
    await people.bulkWrite(
      gone.map((_id) => ({ replaceOne: { filter: { _id }, replacement: tombstone(organisationId) } })),
      { session },
    );
  }
  const changed = new Set(idsOf(changes, 'create', 'update'));
  const rows = wanted.filter(({ id }) => changed.has(id));
  if (rows.length === 0) return;
  // Somebody new gets a new key, also where an id comes back: what an old key sealed stays erased.
  const anew = idsOf(changes, 'create').map((_id) => ({
    replaceOne: {
      filter: { _id },
      replacement: { organisationId, wrapped: vault.newDataKey(keyOwner(organisationId, _id)) },
      upsert: true,
    },
  }));
  if (anew.length > 0) await keys.bulkWrite(anew, { session });
  const keyRows = await keys.find({ _id: { $in: [...changed] } }, { session }).toArray();
  const wrapped = new Map(keyRows.map((row) => [row._id, row.wrapped]));
  const before = await people.find({ _id: { $in: [...changed] } }, { session }).toArray();
  const verified = new Map(before.flatMap(verificationsOf));
  await people.bulkWrite(
    rows.map((person) => {
      const key = vault.open(wrapped.get(person.id)!, keyOwner(organisationId, person.id));
      const { _id, ...sealed } = sealPerson(vault, key, organisationId, person);
      const contactMethods = sealed.contactMethods.map((method) => {
        const verifiedAt = verified.get(`${_id}|${method.id}|${method.index}`);
        return verifiedAt ? { ...method, verifiedAt } : method;
      });
      const replacement = { ...sealed, contactMethods, revision };
      return { replaceOne: { filter: { _id }, replacement, upsert: true } };
    }),
    { session },
  );
}

/** What was proved of an address stays with the address, whatever else of the person changes. */
function verificationsOf({ _id, contactMethods }: PersonRow): [string, Date][] {
  return contactMethods.flatMap(({ id, index, verifiedAt }): [string, Date][] =>
    verifiedAt ? [[`${_id}|${id}|${index}`, verifiedAt]] : [],
  );
}

/** What is left of a deleted person: that there was somebody of this id. */
function tombstone(organisationId: string) {
  return {
    organisationId,
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
  const idOf = (id: string) => `${own.organisationId}/${id}`;
  await rows.bulkWrite(
    [
      ...idsOf(changes, 'delete').map((id) => ({ deleteOne: { filter: { _id: idOf(id) } } })),
      ...wanted
        .filter(({ id }) => changed.has(id))
        .map((one) => ({
          replaceOne: { filter: { _id: idOf(one.id) }, replacement: { ...own, ...one }, upsert: true },
        })),
    ],
    { session },
  );
}

function idsOf(changes: Change[], ...actions: Change['action'][]): string[] {
  return changes.filter(({ action }) => actions.includes(action)).map(({ id }) => id);
}
