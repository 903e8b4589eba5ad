import { Forbidden } from '@tocsin/platform';
import { type AnyOperation, effectOf } from '../operations/operation.ts';
import type { Principal } from './principal.ts';
import { atLeast } from './roles.ts';

const FRESH_MS = 15 * 60_000;

/** Throws `Forbidden`, with what is missing, unless this principal may ask for this operation. */
export function authorise(operation: AnyOperation, principal: Principal, now: number): void {
  const { role, sessionOnly, fresh } = operation;
  if (role === 'public') return;
  if (!atLeast(principal.role, role)) {
    throw new Forbidden(`this needs the role ${role}`, { code: 'role-insufficient' });
  }
  if (principal.kind === 'key') {
    if (sessionOnly) throw new Forbidden('only somebody who is signed in can do this', { code: 'session-needed' });
    if (principal.readOnly && effectOf(operation) === 'change') {
      throw new Forbidden('this key may only read', { code: 'key-read-only' });
    }
  } else if (fresh && now - principal.authenticatedAt.getTime() > FRESH_MS) {
    throw new Forbidden('sign in again first: this needs a sign-in within 15 minutes', { code: 'sign-in-stale' });
  }
}
