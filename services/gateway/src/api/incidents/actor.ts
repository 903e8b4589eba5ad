import type { Principal } from '../../auth/principal.ts';
import type { Deps } from '../../deps.ts';

/** Who acts without being anybody of the roster, as the incident's log names them: `user:<id>`, `key:<id>`. No person's id has a colon. */
export function actorOf({ kind, id }: Pick<Principal, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

function asActor(text: string): { kind: string; id: string } | undefined {
  const [, kind, id] = /^(user|key):([0-9A-Z]{26})$/.exec(text) ?? [];
  return kind === undefined || id === undefined ? undefined : { kind, id };
}

/** What those of them are called who are of this organisation. */
export async function actorNames(
  ids: readonly string[],
  organisationId: string,
  { users, collections }: Pick<Deps, 'users' | 'collections'>,
): Promise<[string, string][]> {
  const found = ids.map(async (text): Promise<[string, string][]> => {
    const actor = asActor(text);
    if (!actor) return [];
    if (actor.kind === 'key') {
      const key = await collections.keys.findOne({ _id: actor.id, organisationId }, { projection: { name: 1 } });
      return key ? [[text, key.name]] : [];
    }
    const user = await users.byId(actor.id);
    return user?.organisationId === organisationId ? [[text, users.nameOf(user)]] : [];
  });
  return (await Promise.all(found)).flat();
}
