import type { Channel } from '@tocsin/domain';
import type { Vault } from '../crypto/vault.ts';
import type { Collections } from '../store/collections.ts';

const MOST = 100;

/** Whose an address is. Nothing is decrypted: the address leads to its index, and the index to who has it. */
export async function findByAddress(
  vault: Vault,
  { people }: Collections,
  channel: Channel,
  address: string,
  timeoutMS: number,
): Promise<{ personId: string; contactMethodId: string }[]> {
  const index = vault.indexOf(channel, address.trim());
  const rows = await people
    .find(
      { 'contactMethods.index': index, deletedAt: null },
      { projection: { 'contactMethods.id': 1, 'contactMethods.index': 1 }, timeoutMS },
    )
    .limit(MOST)
    .toArray();
  return rows.flatMap(({ _id, contactMethods }) =>
    contactMethods.filter((method) => method.index === index).map(({ id }) => ({ personId: _id, contactMethodId: id })),
  );
}
