import { NotFound } from '@tocsin/platform';
import type { ForgetAddressRequest } from '@tocsin/proto/roster/v1';
import { ofPeople } from '../store/collections.ts';
import type { ApplyDeps } from './apply.ts';
import { edit } from './directory/edit.ts';

type Request = Pick<ForgetAddressRequest, 'organisationId' | 'personId' | 'contactMethodId' | 'address'>;

/**
 * Erases an address of which its own side said that it is no more. The contact method stays, marked as gone, so that the person sees it
 * and the rules are there when it comes back; nobody is paged by it. False where the address is another by now, or was erased before.
 */
export async function forgetAddress(
  deps: ApplyDeps,
  { organisationId, personId, contactMethodId, address }: Request,
): Promise<boolean> {
  const isMeant = (one: { id: string; address: string }) =>
    one.id === contactMethodId && one.address === address && address !== '';
  try {
    const { changes } = await edit(
      deps,
      organisationId,
      ({ organisation }) => ({
        ...organisation,
        people: organisation.people.map((person) =>
          person.id === personId && person.contactMethods.some(isMeant)
            ? {
                ...person,
                contactMethods: person.contactMethods.map((one) => (isMeant(one) ? { ...one, address: '' } : one)),
              }
            : person,
        ),
      }),
      {
        async alsoWrite(session) {
          await deps.collections.people.updateOne(
            { ...ofPeople(organisationId, [personId]), 'contactMethods.id': contactMethodId },
            { $set: { 'contactMethods.$.goneAt': new Date() } },
            { session },
          );
        },
      },
    );
    return changes.length > 0;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}
