import type { MessageInitShape } from '@bufbuild/protobuf';
import { NotFound } from '@tocsin/platform';
import type { ReachRequest, ReachResponseSchema } from '@tocsin/proto/roster/v1';
import { keyOwner, unsealAddress, unsealName } from '../crypto/sealed-person.ts';
import type { DataKey, Vault } from '../crypto/vault.ts';
import type { Collections, PersonRow } from '../store/collections.ts';
import { toChannel } from './to-wire.ts';

/** How a person is reached by one contact method, and what the people are called whom the words name. Those who are gone have no name. */
export async function reach(
  vault: Vault,
  { people, keys }: Collections,
  {
    personId,
    contactMethodId,
    mentionPersonIds,
  }: Pick<ReachRequest, 'personId' | 'contactMethodId' | 'mentionPersonIds'>,
  timeoutMS: number,
): Promise<MessageInitShape<typeof ReachResponseSchema>> {
  const ids = [...new Set([personId, ...mentionPersonIds])];
  const [rows, keyRows] = await Promise.all([
    people.find({ _id: { $in: ids }, deletedAt: null }, { timeoutMS }).toArray(),
    keys.find({ _id: { $in: ids } }, { timeoutMS }).toArray(),
  ]);
  const wrapped = new Map(keyRows.map((row) => [row._id, row.wrapped]));
  const known = new Map<string, { row: PersonRow; key: DataKey }>();
  for (const row of rows) {
    const bytes = wrapped.get(row._id);
    if (bytes) known.set(row._id, { row, key: vault.open(bytes, keyOwner(row.organisationId, row._id)) });
  }

  const person = known.get(personId);
  if (!person) throw new NotFound('nobody has this id (any more)', { code: 'person-unknown', field: 'person_id' });
  const method = person.row.contactMethods.find(({ id }) => id === contactMethodId);
  if (!method)
    throw new NotFound('the person has no such contact method (any more)', {
      code: 'contact-method-unknown',
      field: 'contact_method_id',
    });
  // Names go to those of one's own organisation only.
  const named = [...known.values()].filter(
    ({ row }) => mentionPersonIds.includes(row._id) && row.organisationId === person.row.organisationId,
  );
  return {
    address: unsealAddress(person.key, person.row, method),
    channel: toChannel(method.channel),
    locale: person.row.locale,
    displayName: unsealName(person.key, person.row),
    mentioned: Object.fromEntries(named.map(({ row, key }) => [row._id, unsealName(key, row)])),
  };
}
