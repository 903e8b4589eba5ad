import { newId } from '@tocsin/platform';
import type { Envelope, Sender } from '../core/envelope.ts';
import type { ParcelRow, StoredEnvelope } from './collections.ts';

/** While the process that stored a parcel lives, it parses it at once; only after this long does a sweep. */
const FIRST_PARSE_MS = 2_000;

export function createParcel(envelopes: StoredEnvelope[]): ParcelRow {
  const idempotency = envelopes.flatMap((one) => one.idempotency ?? []);
  return {
    _id: newId(),
    envelopes,
    senders: [...new Set(envelopes.flatMap(({ sender }) => sendersOf(sender)))].map((of) => ({ of, alerts: 0 })),
    ...(idempotency.length > 0 ? { idempotency } : {}),
    next: 0,
    parsed: null,
    parseAt: new Date(Date.now() + FIRST_PARSE_MS),
  };
}

/** What a sender's parcels are listed under: the organisation's, and the integration's own. */
export function sendersOf({
  organisationId,
  integrationId,
}: Pick<Sender, 'organisationId' | 'integrationId'>): string[] {
  return [organisationId, `${organisationId}/${integrationId}`];
}

export function envelopeId(parcelId: string, place: number): string {
  return `${parcelId}.${place}`;
}

/** With what only we know of it. */
export type EnvelopeOfRow = Envelope & Pick<StoredEnvelope, 'receivedAt' | 'trace'>;

export function envelopeAt(parcel: ParcelRow, place: number): EnvelopeOfRow {
  const { sender, contentType, contentEncoding, body, receivedAt, trace } = parcel.envelopes[place]!;
  const id = envelopeId(parcel._id, place);
  const bytes = body.value() as Uint8Array;
  return { id, sender, contentType, contentEncoding, body: bytes, receivedAt, ...(trace ? { trace } : {}) };
}

export function parcelBytes({ envelopes }: ParcelRow): number {
  return envelopes.reduce((sum, one) => sum + one.body.length(), 0);
}

/** An alert's id is `<parcel>.<place>-<index>`. */
export function parcelOfAlert(alertId: string): string {
  return alertId.slice(0, Math.max(0, alertId.indexOf('.')));
}

/** Ids that begin with a parcel's: its alerts, and its tellings. '/' comes after '.'. */
export function ofParcel(parcelId: string): { $gte: string; $lt: string } {
  return { $gte: `${parcelId}.`, $lt: `${parcelId}/` };
}

/** The place of an alert's envelope in its parcel; null where the id is of no such form. */
export function placeOfAlert(alertId: string): number | null {
  const [, place] = /\.(\d+)-\d+$/.exec(alertId) ?? [];
  return place === undefined ? null : Number(place);
}
