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

const ULID_DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The envelope id of an idempotency key: shaped like a ULID, and the same each time. */
export function idempotentEnvelopeId(sender: Sender, idempotencyKey: string): string {
  let bits = BigInt(`0x${hash('sha256', parts('idempotency', sender, idempotencyKey), 'hex').slice(0, 32)}`);
  let id = '';
  for (let digit = 0; digit < 26; digit += 1) {
    id = ULID_DIGITS[Number(bits & 31n)] + id;
    bits >>= 5n;
  }
  return id;
}

function keyOf(kind: string, sender: Sender, id: string): string {
  return hash('sha256', parts(kind, sender, id), 'base64url');
}

/** NUL stands in no identifier that is taken, so no two lists of parts read alike. */
function parts(kind: string, sender: Sender, id: string): string {
  return `${kind}\0${sender.organisationId}\0${sender.integrationId}\0${id}`;
}
