import { type Collections, type KeyRow, ofPeople, personOf } from '../store/collections.ts';
import { CHECK_ID } from './check-master-key.ts';
import { keyOwner, unsealPerson } from './sealed-person.ts';
import type { Vault } from './vault.ts';

/** What a stored key was wrapped for. */
export function ownerOf(row: KeyRow): string {
  return row._id === CHECK_ID ? CHECK_ID : keyOwner(row.organisationId, personOf(row));
}

/**
 * Wraps what older master keys wrapped with the newest, and makes the indexes of those people's addresses again. Addresses are not
 * sealed anew: their data keys stay. Each change is conditional on what was read, so replicas may do the same at once. Resolves
 * with how many keys were renewed.
 */
export async function renewKeys(vault: Vault, collections: Collections): Promise<number> {
  let renewed = 0;
  for await (const row of collections.keys.find({})) {
    const wrapped = vault.renewed(row.wrapped, ownerOf(row));
    if (!wrapped) continue;
    // The indexes first: once the key is the newest's, nobody looks at its person again.
    if (row._id !== CHECK_ID) await renewIndexes(vault, collections, row);
    await collections.keys.updateOne({ _id: row._id, wrapped: row.wrapped }, { $set: { wrapped } });
    renewed += 1;
  }
  return renewed;
}

async function renewIndexes(vault: Vault, { people }: Collections, row: KeyRow): Promise<void> {
  const person = await people.findOne({ ...ofPeople(row.organisationId, [personOf(row)]), deletedAt: null });
  if (!person) return;
  const { contactMethods } = unsealPerson(vault.open(row.wrapped, ownerOf(row)), person);
  for (const [at, { id, channel, address }] of contactMethods.entries()) {
    const { index } = person.contactMethods[at]!;
    const present = { _id: person._id, contactMethods: { $elemMatch: { id, index } } };
    await people.updateOne(present, { $set: { 'contactMethods.$.index': vault.indexOf(channel, address) } });
  }
}
