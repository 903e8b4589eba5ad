import type { IncomingHttpHeaders } from 'node:http';
import { Unauthenticated } from '@tocsin/platform';
import type { Collections } from '../store/collections.ts';
import type { Keys } from './keys.ts';
import type { Principal } from './principal.ts';
import { lesserOf } from './roles.ts';
import type { Sessions } from './sessions.ts';

export interface Credentials {
  users: Collections['users'];
  sessions: Sessions;
  keys: Keys;
}

/** Who asks, by key or session; a key that is named wins. Throws `Unauthenticated` where neither is good. */
export async function authenticate(
  { authorization }: IncomingHttpHeaders,
  sessionToken: string | undefined,
  credentials: Credentials,
): Promise<Principal> {
  if (authorization !== undefined) return byKey(authorization, credentials);
  if (sessionToken !== undefined) return bySession(sessionToken, credentials);
  throw new Unauthenticated('sign in, or send an API key as a bearer token', { code: 'not-signed-in' });
}

/** A key can never do more than who made it can do now, and stops when they do. */
async function byKey(authorization: string, { users, keys }: Credentials): Promise<Principal> {
  const text = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const key = text === undefined ? undefined : await keys.find(text);
  const maker = key && (await users.findOne({ _id: key.createdBy }, { projection: { role: 1, status: 1 } }));
  if (!key || maker?.status !== 'active')
    throw new Unauthenticated('the API key is not valid', { code: 'key-invalid' });
  const { _id: id, organisationId, readOnly } = key;
  return { kind: 'key', id, organisationId, role: lesserOf(key.role, maker.role), readOnly };
}

async function bySession(token: string, { users, sessions }: Credentials): Promise<Principal> {
  const session = await sessions.find(token);
  const user = session && (await users.findOne({ _id: session.userId }, { projection: { role: 1, status: 1 } }));
  if (!session || user?.status !== 'active') {
    throw new Unauthenticated('the session is over: sign in again', { code: 'session-over' });
  }
  const { id: sessionId, organisationId, createdAt: authenticatedAt } = session;
  return { kind: 'user', id: session.userId, organisationId, role: user.role, sessionId, authenticatedAt };
}
