import { createClient, type NatsConnection, NotFound, services } from '@tocsin/platform';
import type { RosterChange } from '@tocsin/proto/roster/v1';
import { versionChanged, versionIn } from '../http/etag.ts';
import { inOurWords } from './in-our-words.ts';

export type ItemKind = 'person' | 'team' | 'schedule' | 'policy';

/** Something of an organisation's file as the roster gives it: without addresses. */
export interface Item {
  value: unknown;
  /** Rises with each change of the item: its ETag. */
  revision: bigint;
}

/** What somebody wants to be so. */
export interface Wish {
  organisationId: string;
  kind: ItemKind | 'organisation';
  item: { id: string };
  /** The `If-Match` of who edits; `none`: there must be no such item yet. */
  seen: string | 'none' | undefined;
  requestKey: string;
}

const LISTS = { person: 'people', team: 'teams', schedule: 'schedules', policy: 'policies' } as const;

type Lists = { organisation: unknown } & Record<(typeof LISTS)[ItemKind], unknown[]>;

/** One item as it is now. Throws `NotFound`. */
export async function readItem(
  nc: NatsConnection,
  organisationId: string,
  kind: ItemKind,
  id: string,
  field = 'id',
): Promise<Item> {
  const { organisationJson, itemRevisions } = await createClient(nc, services.directory).read({
    organisationId,
    kinds: [kind],
    id,
  });
  const [value] = (JSON.parse(organisationJson) as Lists)[LISTS[kind]];
  if (value === undefined) throw new NotFound(`no ${kind} is called ${id}`, { code: `${kind}-unknown`, field });
  return { value, revision: itemRevisions[`${kind}/${id}`] ?? 0n };
}

/** A page of items, by their ids; the cursor is the last one's. */
export async function readItems(
  nc: NatsConnection,
  organisationId: string,
  kind: ItemKind,
  { limit, cursor = '' }: { limit: number; cursor?: string | undefined },
): Promise<{ items: unknown[]; nextCursor: string | null }> {
  const request = { organisationId, kinds: [kind], limit, afterId: cursor };
  const page = await createClient(nc, services.directory).read(request);
  const items = (JSON.parse(page.organisationJson) as Lists)[LISTS[kind]] as { id: string }[];
  return { items, nextCursor: page.nextCursor === '' ? null : items.at(-1)!.id };
}

/** The organisation's own record. */
export async function readOrganisation(nc: NatsConnection, organisationId: string): Promise<Item> {
  const { organisationJson, itemRevisions } = await createClient(nc, services.directory).read({
    organisationId,
    kinds: ['team'],
    limit: 1,
  });
  const value = (JSON.parse(organisationJson) as Lists).organisation;
  return { value, revision: itemRevisions[`organisation/${organisationId}`] ?? 0n };
}

/** Makes an item what is wished, under the roster's rules, and says what changed. Throws its refusals with our names of fields. */
export async function putItem(
  nc: NatsConnection,
  { organisationId, kind, item, seen, requestKey }: Wish,
): Promise<RosterChange[]> {
  const request = { organisationId, kind, itemJson: JSON.stringify(item), expectedRevision: expected(seen) };
  const { changes } = await inOurWords(() => createClient(nc, services.directory).put(request, { key: requestKey }));
  return changes;
}

/** What is wrong with an item, if anything is; changes nothing. `place` is where it stands in what was sent. */
export async function tryItem(
  nc: NatsConnection,
  organisationId: string,
  kind: ItemKind,
  item: { id: string },
  place: string,
): Promise<void> {
  const request = { organisationId, kind, itemJson: JSON.stringify(item), dryRun: true };
  await inOurWords(() => createClient(nc, services.directory).put(request), place);
}

/** Throws `Conflict` with all that still refers to it. */
export async function deleteItem(
  nc: NatsConnection,
  { organisationId, kind, item, seen, requestKey }: Wish,
): Promise<void> {
  const request = { organisationId, kind, id: item.id, expectedRevision: expected(seen) };
  await inOurWords(() => createClient(nc, services.directory).delete(request, { key: requestKey }));
}

function expected(seen: Wish['seen']): bigint {
  if (seen === 'none') return 0n;
  const version = versionIn(seen);
  if (version === undefined) throw versionChanged();
  return version;
}
