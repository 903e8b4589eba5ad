import type { MessageInitShape } from '@bufbuild/protobuf';
import { InvalidInput, NotFound } from '@tocsin/platform';
import type { ReachRequest, ReachResponseSchema } from '@tocsin/proto/roster/v1';
import { keyOwner, unsealAddress, unsealName } from '../crypto/sealed-person.ts';
import type { Vault } from '../crypto/vault.ts';
import { personOf } from '../store/collections.ts';
import type { PeopleReader } from '../store/read-people.ts';
import { toChannel } from './to-wire.ts';

/**
 * How a person is reached by one contact method, and what the people are called whom the words name. Those who are gone have no
 * name. Whoever does not say of which organisation is refused where several have somebody of this id.
 */
export async function reach(
  vault: Vault,
  readPeople: PeopleReader,
  request: Pick<ReachRequest, 'organisationId' | 'personId' | 'contactMethodId' | 'mentionPersonIds'>,
  timeoutMS: number,
): Promise<MessageInitShape<typeof ReachResponseSchema>> {
  const { organisationId, personId, contactMethodId, mentionPersonIds } = request;
  const personIds = [...new Set([personId, ...mentionPersonIds])];
  const { rows, wrapped } = await readPeople({ organisationId, personIds, timeoutMS });
  const known = rows.flatMap((row) => {
    const bytes = wrapped.get(row._id);
    return bytes ? [{ row, key: vault.open(bytes, keyOwner(row.organisationId, personOf(row))) }] : [];
  });

  const [person, ...namesakes] = known.filter(({ row }) => personOf(row) === personId);
  if (!person) throw new NotFound('nobody has this id (any more)', { code: 'person-unknown', field: 'person_id' });
  if (namesakes.length > 0) {
    throw new InvalidInput('several organisations have somebody of this id', {
      code: 'organisation-missing',
      field: 'organisation_id',
    });
  }
  const method = person.row.contactMethods.find(({ id }) => id === contactMethodId);
  if (!method)
    throw new NotFound('the person has no such contact method (any more)', {
      code: 'contact-method-unknown',
      field: 'contact_method_id',
    });
  // Names go to those of one's own organisation only.
  const named = known.filter(
    ({ row }) => mentionPersonIds.includes(personOf(row)) && row.organisationId === person.row.organisationId,
  );
  return {
    address: unsealAddress(person.key, person.row, method),
    channel: toChannel(method.channel),
    locale: person.row.locale,
    displayName: unsealName(person.key, person.row),
    mentioned: Object.fromEntries(named.map(({ row, key }) => [personOf(row), unsealName(key, row)])),
  };
}
