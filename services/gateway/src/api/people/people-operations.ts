import { createClient, services } from '@tocsin/platform';
import type { z } from 'zod';
import { isOwnOrAdmin, requireOwnOrAdmin } from '../../auth/own-person.ts';
import type { Principal } from '../../auth/principal.ts';
import type { Deps } from '../../deps.ts';
import { itemOperations } from '../roster-items/item-operations.ts';
import { personItem } from './person-item.ts';
import { personSchema, putPersonSchema } from './person-schema.ts';

type Person = z.output<typeof personSchema>;

/** People are shown without addresses to everybody but themselves and admins, and change only their own. */
export const people = itemOperations({
  kind: 'person',
  area: 'people',
  view: personSchema,
  body: putPersonSchema,
  changes: 'responder',
  viewOf,
  itemOf: personItem,
  async ownViewOf(value, principal, deps) {
    const person = viewOf(value);
    if (!(await isOwnOrAdmin(principal, person.id, deps))) return person;
    return { ...person, contactMethods: await withAddresses(person, principal, deps) };
  },
  requireMay: requireOwnOrAdmin,
});

/** Of somebody who was erased there is an id, and nothing else. */
function viewOf(value: unknown): Person {
  const known = value as Partial<Person> & { id: string };
  return {
    id: known.id,
    name: known.name ?? known.id,
    locale: known.locale ?? 'en',
    timeZone: known.timeZone ?? null,
    rules: known.rules ?? { high: [], low: [] },
    contactMethods: (known.contactMethods ?? []).map((one) => ({ ...one, name: one.name ?? null, address: null })),
  };
}

function withAddresses(
  { id: personId, contactMethods }: Person,
  { organisationId }: Principal,
  { nc }: Deps,
): Promise<Person['contactMethods']> {
  const roster = createClient(nc, services.roster);
  return Promise.all(
    contactMethods.map(async (one) => {
      // What a browser is reached with is a secret of its own: it tells people nothing, and is theirs to make anew.
      if (one.channel === 'push') return one;
      const asked = { organisationId, personId, contactMethodId: one.id };
      return { ...one, address: (await roster.reach(asked)).address };
    }),
  );
}
