import { parsePushAddress } from '@tocsin/domain';
import { Conflict, InvalidInput, inTransaction } from '@tocsin/platform';
import type { ReadRequest } from '@tocsin/proto/roster/v1';
import type { ClientSession } from 'mongodb';
import { keyOwner, unsealPerson } from '../../crypto/sealed-person.ts';
import { ofPeople, type PersonRow, personOf } from '../../store/collections.ts';
import { readOrganisation, type StoredOrganisation } from '../../store/read-organisation.ts';
import type { ApplyDeps } from '../apply.ts';
import { unknownOrganisation } from './edit.ts';
import { type ItemKind, listOf } from './put-item.ts';

const USUAL = 500;
const MOST = 1_000;
/** A reply is one message of the bus. */
const MOST_BYTES = 500_000;
const KINDS: readonly ItemKind[] = ['person', 'team', 'schedule', 'policy'];

type Request = Omit<ReadRequest, '$typeName' | '$unknown'>;
interface Item {
  kind: ItemKind;
  value: { id: string };
}

/**
 * An organisation as its file says it, without an address: of each only the last two digits, and whether it was proved. It comes
 * in pages of one revision; where something changed in between, `Conflict` says to begin again.
 */
export function readDirectory(deps: ApplyDeps, request: Request) {
  const kinds = request.kinds.length === 0 ? KINDS : KINDS.filter((kind) => request.kinds.includes(kind));
  for (const kind of request.kinds) listOf(kind);
  return inTransaction(deps.client, async (session) => {
    const stored = await readOrganisation(deps.collections, request.organisationId, session);
    if (!stored) throw unknownOrganisation(request.organisationId);
    const { row, revisions } = stored;
    const all = kinds
      .flatMap((kind) => itemsOf(stored, kind))
      .filter(({ value }) => (!request.id || value.id === request.id) && value.id > request.afterId);
    const from = offsetIn(request.cursor, row.version);
    const limit = Math.min(Math.max(request.limit || USUAL, 1), MOST);
    const page = await withNames(deps, all.slice(from, from + limit), request.organisationId, session);
    const given = withinBytes(page);
    const end = from + given.length;
    const lists = { people: [], teams: [], schedules: [], policies: [] } as Record<string, unknown[]>;
    for (const { kind, value } of given) lists[listOf(kind)]!.push(value);
    const { _id: id, name, defaultPolicyId } = row;
    const shown = ['organisation/'.concat(id), ...given.map(({ kind, value }) => `${kind}/${value.id}`)];
    return {
      organisationJson: JSON.stringify({ organisation: { id, name, defaultPolicyId }, ...lists }),
      revision: BigInt(row.version),
      itemRevisions: Object.fromEntries(shown.map((one) => [one, BigInt(revisions.get(one) ?? 0)])),
      nextCursor: end < all.length ? `${row.version}.${end}` : '',
    };
  });
}

/** By their ids, people still sealed. */
function itemsOf(stored: StoredOrganisation, kind: ItemKind): Item[] {
  const values = kind === 'person' ? stored.people.map((row) => ({ id: personOf(row), row })) : stored[listOf(kind)];
  return (values as { id: string }[]).toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((value) => ({ kind, value }));
}

async function withNames(
  { collections, vault }: ApplyDeps,
  items: Item[],
  organisationId: string,
  session: ClientSession,
): Promise<Item[]> {
  const ids = items.filter(({ kind }) => kind === 'person').map(({ value }) => value.id);
  const keyRows = await collections.keys.find(ofPeople(organisationId, ids), { session }).toArray();
  const wrapped = new Map(keyRows.map((key) => [personOf(key), key.wrapped]));
  return items.map(({ kind, value }) => {
    if (kind !== 'person') return { kind, value };
    const { row } = value as unknown as { row: PersonRow };
    const bytes = wrapped.get(value.id);
    // Erased: there is an id, and nothing to read.
    if (!bytes) return { kind, value: { id: value.id, erased: true } };
    const person = unsealPerson(vault.open(bytes, keyOwner(organisationId, value.id)), row);
    const contactMethods = person.contactMethods.map(({ id, channel, address, name }, at) => ({
      id,
      channel,
      maskedAddress: masked(address),
      verifiedAt: row.contactMethods[at]?.verifiedAt?.toISOString() ?? null,
      goneAt: row.contactMethods[at]?.goneAt?.toISOString() ?? null,
      ...(name === undefined ? {} : { name }),
    }));
    return { kind, value: { ...person, contactMethods } };
  });
}

/** Of a subscription even two letters would be of its secret: who serves it says enough. */
function masked(address: string): string {
  if (address === '') return '';
  const push = parsePushAddress(address);
  return typeof push === 'string' ? `••••${address.slice(-2)}` : new URL(push.endpoint).host;
}

function withinBytes(items: Item[]): Item[] {
  let bytes = 0;
  return items.filter(({ value }, at) => {
    bytes += Buffer.byteLength(JSON.stringify(value));
    return at === 0 || bytes <= MOST_BYTES;
  });
}

function offsetIn(cursor: string, revision: number): number {
  if (cursor === '') return 0;
  const [, of, offset] = /^(\d+)\.(\d+)$/.exec(cursor) ?? [];
  if (of === undefined || offset === undefined)
    throw new InvalidInput('is not a cursor that was given out', { code: 'cursor-invalid', field: 'cursor' });
  if (Number(of) !== revision)
    throw new Conflict('something changed since the first page', { code: 'revision-changed', field: 'cursor' });
  return Number(offset);
}
