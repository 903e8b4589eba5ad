import { hash } from 'node:crypto';
import type { Sender } from './envelope.ts';

/** What makes repeats the same member. Equal identifiers of two integrations are two keys. */
export function dedupKey(sender: Sender, id: string): string {
  return keyOf('id', sender, id);
}

export function groupKey(sender: Sender, id: string): string {
  return keyOf('group', sender, id);
}

/** Everything unreadable from one integration is one member: a storm of it is one page. */
export function malformedKey(sender: Sender): string {
  return keyOf('malformed', sender, '');
}

/** Hash under which a credential is stored and looked up. */
export function credentialHash(key: string): string {
  return hash('sha256', key, 'base64url');
}

/** What makes a repeated post the same envelope. */
export function idempotencyHash(sender: Sender, idempotencyKey: string): string {
  return keyOf('idempotency', sender, idempotencyKey);
}

function keyOf(kind: string, sender: Sender, id: string): string {
  return hash('sha256', parts(kind, sender, id), 'base64url');
}

/** NUL stands in no identifier that is taken, so no two lists of parts read alike. */
function parts(kind: string, sender: Sender, id: string): string {
  return `${kind}\0${sender.organisationId}\0${sender.integrationId}\0${id}`;
}
