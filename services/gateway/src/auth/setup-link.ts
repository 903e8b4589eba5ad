import type { Deps } from '../deps.ts';

const LIFE_MS = 24 * 3_600_000;

/** A link that makes an organisation's first user; undefined where it has users. Its secret is behind `#`, where no server's log sees it. */
export async function issueSetupLink(
  organisationId: string,
  { collections, tickets, publicUrl }: Pick<Deps, 'collections' | 'tickets' | 'publicUrl'>,
): Promise<string | undefined> {
  if (await collections.users.findOne({ organisationId }, { projection: { _id: 1 } })) return undefined;
  const token = await tickets.issue({ kind: 'set-up', userId: null, organisationId, lifeMs: LIFE_MS });
  return new URL(`/setup#${token}`, publicUrl).href;
}
