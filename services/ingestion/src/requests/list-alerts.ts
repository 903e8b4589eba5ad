import { InvalidInput } from '@tocsin/platform';
import type { ListRequest } from '@tocsin/proto/alert/v1';
import type { Document } from 'mongodb';
import { type AlertRow, type Collections, LISTED } from '../store/collections.ts';
import { ofParcel, parcelOfAlert } from '../store/parcel.ts';
import { alertFrom } from './alert-from.ts';
import { decidedOn } from './decided-on.ts';

const MOST = 200;
const USUAL = 50;
/** Parcels that are looked into for one page: where they hold few alerts, the page is short, and others follow. */
const PARCELS = 200;

type Wishes = Pick<ListRequest, 'organisationId' | 'integrationId' | 'limit' | 'cursor'>;

/** Where a page ended: after this alert of the parcel, or after the whole of it. */
interface Place {
  parcelId: string;
  after: { at: Date; id: string } | null;
}

/** An organisation's alerts, or one integration's, newest first: parcel by parcel, in each by the time of receipt. */
export async function listAlerts(collections: Collections, { organisationId, integrationId, ...page }: Wishes) {
  const limit = Math.min(Math.max(page.limit || USUAL, 1), MOST);
  const from = parseCursor(page.cursor);
  const of = integrationId === '' ? organisationId : `${organisationId}/${integrationId}`;
  const before = from ? { _id: from.after ? { $lte: from.parcelId } : { $lt: from.parcelId } } : {};
  const parcels = await collections.parcels
    .find({ 'senders.of': of, ...before }, { projection: { _id: 1 }, hint: LISTED })
    .sort({ _id: -1 })
    .limit(PARCELS + 1)
    .toArray();
  const theirs = { organisationId, ...(integrationId === '' ? {} : { integrationId }) };
  const rows: AlertRow[] = [];
  for (const { _id } of parcels.slice(0, PARCELS)) {
    if (rows.length > limit) break;
    const filter = {
      ...theirs,
      _id: ofParcel(_id),
      ...(from?.after && from.parcelId === _id ? after(from.after) : {}),
    };
    const found = collections.alerts.find(filter).sort({ receivedAt: -1, _id: -1 });
    rows.push(...(await found.limit(limit + 1 - rows.length).toArray()));
  }
  const shown = rows.slice(0, limit);
  const decided = await decisionsOn(collections, shown);
  return {
    alerts: shown.map((row) => alertFrom(row, decided.get(row._id))),
    nextCursor: nextCursor(rows, shown, parcels),
  };
}

function nextCursor(rows: AlertRow[], shown: AlertRow[], parcels: { _id: string }[]): string {
  const last = shown.at(-1);
  if (last && rows.length > shown.length) {
    return cursorOf({ parcelId: parcelOfAlert(last._id), after: { at: last.receivedAt, id: last._id } });
  }
  return parcels.length > PARCELS ? cursorOf({ parcelId: parcels[PARCELS - 1]!._id, after: null }) : '';
}

function after({ at, id }: { at: Date; id: string }): Document {
  return { $or: [{ receivedAt: { $lt: at } }, { receivedAt: at, _id: { $lt: id } }] };
}

async function decisionsOn(collections: Collections, rows: AlertRow[]) {
  const byParcel = Map.groupBy(
    rows.map((row) => row._id),
    parcelOfAlert,
  );
  const found = await Promise.all([...byParcel].map(([parcelId, ids]) => decidedOn(collections, parcelId, ids)));
  return new Map(found.flatMap((some) => [...some]));
}

function cursorOf({ parcelId, after }: Place): string {
  return Buffer.from(JSON.stringify([parcelId, after?.at.getTime() ?? null, after?.id ?? null])).toString('base64url');
}

function parseCursor(cursor: string): Place | null {
  if (cursor === '') return null;
  try {
    const [parcelId, at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (typeof parcelId === 'string' && at === null && id === null) return { parcelId, after: null };
    if (typeof parcelId === 'string' && Number.isSafeInteger(at) && typeof id === 'string')
      return { parcelId, after: { at: new Date(at as number), id } };
  } catch {}
  throw new InvalidInput('is not a cursor that was given out', { code: 'cursor-invalid', field: 'cursor' });
}
