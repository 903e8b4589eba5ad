import { Conflict, InvalidInput } from '@tocsin/platform';
import type { PutRequest } from '@tocsin/proto/roster/v1';
import type { Organisation, Person } from '../../core/organisation.ts';
import { type PutItem, parseItem } from '../../core/parse-organisation.ts';
import type { Present } from '../../store/present-organisation.ts';
import type { ApplyDeps } from '../apply.ts';
import { type Edited, edit, expectRevision, invalid } from './edit.ts';

const LISTS = { person: 'people', team: 'teams', schedule: 'schedules', policy: 'policies' } as const;
export type ItemKind = keyof typeof LISTS;

type Request = Pick<PutRequest, 'organisationId' | 'kind' | 'itemJson' | 'expectedRevision' | 'dryRun'>;

/**
 * Makes one item what the JSON says: a new one, or another in its place. What a contact method's address was stays where none is
 * given. With `dryRun` it only says what would change. Throws `InvalidInput` naming the field of the item, and `Conflict` where it is not as expected.
 */
export async function putItem(deps: ApplyDeps, request: Request): Promise<Edited & { id: string }> {
  const put = parse(request);
  const { kind, item } = put;
  if (kind === 'organisation' && item.id !== request.organisationId)
    throw new Conflict('an organisation keeps its id', { code: 'organisation-id-fixed', field: 'id' });
  // The item stands last, so that what is there twice is said of it.
  let place = '';
  const edited = await edit(
    deps,
    request.organisationId,
    (present) => {
      expectRevision(present, kind, item.id, request.expectedRevision);
      const wanted = withItem(present, put);
      place = kind === 'organisation' ? 'organisation.' : `${LISTS[kind]}[${wanted[LISTS[kind]].length - 1}].`;
      return wanted;
    },
    {
      fieldOf: (field) => (field.startsWith(place) ? field.slice(place.length) : field),
      dryRun: request.dryRun,
    },
  );
  return { ...edited, id: item.id };
}

/** The list of an organisation that holds a kind of item. */
export function listOf(kind: string): (typeof LISTS)[ItemKind] {
  if (Object.hasOwn(LISTS, kind)) return LISTS[kind as ItemKind];
  throw new InvalidInput(`is one of: ${Object.keys(LISTS).join(', ')}`, { code: 'kind-unknown', field: 'kind' });
}

function parse({ kind, itemJson }: Request): PutItem {
  if (kind !== 'organisation') listOf(kind);
  let value: unknown;
  try {
    value = JSON.parse(itemJson);
  } catch {
    throw invalid([{ field: 'item_json', message: 'must be JSON' }]);
  }
  const parsed = parseItem(kind as PutItem['kind'], value);
  if (Array.isArray(parsed)) throw invalid(parsed);
  return parsed;
}

function withItem({ organisation: whole }: Present, put: PutItem): Organisation {
  const others = <T extends { id: string }>(list: T[]) => list.filter((one) => one.id !== put.item.id);
  switch (put.kind) {
    case 'organisation':
      return { ...whole, organisation: put.item };
    case 'person': {
      const before = whole.people.find((one) => one.id === put.item.id);
      return { ...whole, people: [...others(whole.people), withAddresses(put.item, before)] };
    }
    case 'team':
      return { ...whole, teams: [...others(whole.teams), put.item] };
    case 'schedule':
      return { ...whole, schedules: [...others(whole.schedules), put.item] };
    case 'policy':
      return { ...whole, policies: [...others(whole.policies), put.item] };
    default:
      return put satisfies never;
  }
}

/** Who edits a person need not know the addresses: one that is not given stays, as long as the channel does. */
function withAddresses(item: Extract<PutItem, { kind: 'person' }>['item'], before: Person | undefined): Person {
  const contactMethods = item.contactMethods.map(({ id, channel, address, name }, at) => {
    const known = before?.contactMethods.find((one) => one.id === id && one.channel === channel);
    const wanted = address ?? known?.address;
    if (wanted === undefined) {
      throw invalid([{ field: `contactMethods[${at}].address`, message: 'must be given: it had none before' }]);
    }
    const called = name ?? known?.name;
    return { id, channel, address: wanted, ...(called === undefined ? {} : { name: called }) };
  });
  return { ...item, contactMethods };
}
