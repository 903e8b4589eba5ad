import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Channel } from '@tocsin/domain';
import type { ContactMethodRefSchema } from '@tocsin/proto/roster/v1';
import type { Vault } from '../crypto/vault.ts';
import { type Collections, personOf } from '../store/collections.ts';

const MOST = 100;

/**
 * Whose an address is, in an organisation or, where it is empty, in all of them: a phone may be known to several. Nothing is
 * decrypted: the address leads to its index, and the index to who has it.
 */
export async function findByAddress(
  vault: Vault,
  { people }: Collections,
  { organisationId, channel, address }: { organisationId: string; channel: Channel; address: string },
  timeoutMS: number,
): Promise<MessageInitShape<typeof ContactMethodRefSchema>[]> {
  if (address.trim() === '') return [];
  const indexes = vault.indexesOf(channel, address.trim());
  const rows = await people
    .find(
      {
        'contactMethods.index': { $in: [...indexes] },
        deletedAt: null,
        ...(organisationId === '' ? {} : { organisationId }),
      },
      { projection: { organisationId: 1, id: 1, 'contactMethods.id': 1, 'contactMethods.index': 1 }, timeoutMS },
    )
    .limit(MOST)
    .toArray();
  return rows.flatMap((row) =>
    row.contactMethods
      .filter((method) => indexes.includes(method.index))
      .map(({ id }) => ({ organisationId: row.organisationId, personId: personOf(row), contactMethodId: id })),
  );
}
