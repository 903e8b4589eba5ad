import type { ClientSession } from 'mongodb';
import type { Deps } from '../deps.ts';
import type { UserRow } from '../store/collections.ts';

const LIFE_MS = 7 * 24 * 3_600_000;

/** A link with which a user sets a password, once, within a week. Links that the user had before are void. */
export async function issueInvitationLink(
  { _id, organisationId }: UserRow,
  { tickets, publicUrl }: Pick<Deps, 'tickets' | 'publicUrl'>,
  tx: ClientSession,
): Promise<string> {
  await tickets.revoke('invitation', _id, tx);
  const token = await tickets.issue({ kind: 'invitation', userId: _id, organisationId, lifeMs: LIFE_MS }, tx);
  return new URL(`/invitation#${token}`, publicUrl).href;
}
