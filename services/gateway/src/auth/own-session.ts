import type { Principal, UserPrincipal } from './principal.ts';

/** The signed-in user of an operation that takes no keys. */
export function ownSession(principal: Principal): UserPrincipal {
  if (principal.kind === 'user') return principal;
  throw new Error('an operation about a session let a key pass: declare sessionOnly');
}
