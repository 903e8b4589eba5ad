import { type Collections, type KeyRow, ofPeople, personOf } from '../store/collections.ts';
import { CHECK_ID } from './check-master-key.ts';
import { keyOwner, unsealPerson } from './sealed-person.ts';
import type { Vault } from './vault.ts';

/** What a stored key was wrapped for. */
export function ownerOf(row: KeyRow): string {
  return row._id === CHECK_ID ? CHECK_ID : keyOwner(row.organisationId, personOf(row));
}

/**
 * Wraps what older master keys wrapped with the newest, and makes the indexes of people's addresses again: of everybody, since a
 * replica that does not know yet which is the newest writes older ones beside a key that is renewed. Addresses are not sealed anew:
 * their data keys stay. Each change is conditional on what was read, so replicas may do the same at once. Resolves with how many
 * owners something was renewed of.
 */
export async function renewKeys(vault: Vault, collections: Collections): Promise<number> {
  let renewed = 0;
  for await (const row of collections.keys.find({})) {
    const isIndexed = row._id === CHECK_ID || !(await renewIndexes(vault, collections, row));
    const wrapped = vault.renewed(row.wrapped, ownerOf(row));
    if (wrapped) await collections.keys.updateOne({ _id: row._id, wrapped: row.wrapped }, { $set: { wrapped } });
    if (wrapped || !isIndexed) renewed += 1;
  }
  return renewed;
}

/** Resolves with whether any was of an older key. */
async function renewIndexes(vault: Vault, { people }: Collections, row: KeyRow): Promise<boolean> {
  const person = await people.findOne({ ...ofPeople(row.organisationId, [personOf(row)]), deletedAt: null });
  if (!person) return false;
  let isRenewed = false;
  const { contactMethods } = unsealPerson(vault.open(row.wrapped, ownerOf(row)), person);
  for (const [at, { id, channel, address }] of contactMethods.entries()) {
    const { index } = person.contactMethods[at]!;
    const newest = vault.indexOf(channel, address);
    if (index === newest) continue;
    isRenewed = true;
    const present = { _id: person._id, contactMethods: { $elemMatch: { id, index } } };
    await people.updateOne(present, { $set: { 'contactMethods.$.index': newest } });
  }
  return isRenewed;
}
