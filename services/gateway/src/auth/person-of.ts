import type { Collections } from '../store/collections.ts';
import type { Principal } from './principal.ts';
import type { Users } from './users.ts';

/**
 * Who of the roster somebody acts as: the person whom the user is linked to now, for a key that says so the one of who made it; null for
 * nobody.
 */
export async function personOf(
  { kind, id, organisationId }: Pick<Principal, 'kind' | 'id' | 'organisationId'>,
  { users, collections }: { users: Users; collections: Pick<Collections, 'keys'> },
): Promise<string | null> {
  if (kind === 'user') return (await users.of(organisationId, id)).personId;
  const key = await collections.keys.findOne({ _id: id, organisationId });
  return key?.asPerson ? (await users.of(organisationId, key.createdBy)).personId : null;
}
