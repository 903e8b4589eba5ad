import { Forbidden } from '@tocsin/platform';
import type { Deps } from '../deps.ts';
import type { Principal } from './principal.ts';
import { atLeast } from './roles.ts';

/** Whether this is the person whom who asks is linked to, or an admin asks. */
export async function isOwnOrAdmin({ kind, id, organisationId, role }: Principal, personId: string, { users }: Deps) {
  if (atLeast(role, 'admin')) return true;
  return kind === 'user' && (await users.of(organisationId, id)).personId === personId;
}

/** Throws `Forbidden` where this is somebody else, and no admin asks. */
export async function requireOwnOrAdmin(principal: Principal, personId: string, deps: Deps): Promise<void> {
  if (await isOwnOrAdmin(principal, personId, deps)) return;
  throw new Forbidden('this is somebody else: you change only yourself, an admin changes everybody', {
    code: 'not-oneself',
  });
}
