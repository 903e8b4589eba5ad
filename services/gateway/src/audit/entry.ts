import { type Json, type Link, linkHash } from '@tocsin/platform';
import type { Role } from '../auth/roles.ts';

export type Actor =
  | { kind: 'user' | 'key'; id: string; role: Role }
  | { kind: 'link'; id: string }
  /** Of what nobody asked for. */
  | { kind: 'service'; id: string };

/** One change, as the audit keeps it: ids and names of fields. Never a value, a secret, or anything that names a person. */
export type AuditEntry = Link & {
  organisationId: string;
  /** RFC 3339. */
  at: string;
  actor: Actor;
  /** The operation's id; of what nobody asked for, what it is called. */
  action: string;
  target: { kind: string; id: string };
  fields: string[];
  /** A change of another service is written as `asked` before it is asked for, and again with what came of it. */
  outcome: 'done' | 'asked' | 'failed';
  /** Of `done` and `failed` after `asked`: the position of that. */
  askedAt: number | null;
  /** Of `failed`: the error's code. Of what nobody asked for: why it was done. */
  code: string | null;
  traceId: string | null;
};

export type NewEntry = Omit<AuditEntry, keyof Link>;

/** `content` as the next link after `before`. */
export function nextEntry(content: NewEntry, before: Pick<Link, 'position' | 'hash'>): AuditEntry {
  const unhashed = { ...content, position: before.position + 1, previousHash: before.hash };
  return { ...unhashed, hash: linkHash(unhashed as unknown as { [name: string]: Json }) };
}
