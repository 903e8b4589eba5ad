import { createClient, InvalidInput, type NatsConnection, NotFound, services } from '@tocsin/platform';

const LISTS = { person: 'people', team: 'teams' } as const;

/**
 * Refuses the id of somebody or something that the roster does not have now, or has erased, naming the field. Not from the names that are
 * remembered: who was added a second ago is known. A roster that is away is `Unavailable`.
 */
export async function requireKnown(
  nc: NatsConnection,
  organisationId: string,
  { kind, id, field }: { kind: 'person' | 'team'; id: string; field: string },
): Promise<void> {
  const roster = createClient(nc, services.directory);
  const page = await roster.read({ organisationId, kinds: [kind], id, limit: 1 }).catch((error: unknown) => {
    // There is nobody in an organisation that the roster has never heard of.
    if (error instanceof NotFound) return { organisationJson: '{}' };
    throw error;
  });
  const found =
    (JSON.parse(page.organisationJson) as Record<string, { id: string; erased?: true }[]>)[LISTS[kind]] ?? [];
  if (found.some((one) => one.id === id && !one.erased)) return;
  throw new InvalidInput(`${field}: the roster has no ${kind} ${id}`, { code: `${kind}-unknown`, field });
}
