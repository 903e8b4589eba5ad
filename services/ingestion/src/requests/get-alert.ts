import { NotFound, timestamp } from '@tocsin/platform';
import type { GetRequest } from '@tocsin/proto/alert/v1';
import type { Collections, ParcelRow, StoredEnvelope } from '../store/collections.ts';
import { parcelOfAlert, placeOfAlert } from '../store/parcel.ts';
import { alertFrom } from './alert-from.ts';
import { decidedOn } from './decided-on.ts';

/** More than a person reads, and little enough to go through the bus as one message. */
const MOST_BODY_BYTES = 256 * 1024;

/** One alert with its words, and where wanted the bytes that it was read from. Throws `NotFound`. */
export async function getAlert(
  collections: Collections,
  { organisationId, alertId, withEnvelope }: Pick<GetRequest, 'organisationId' | 'alertId' | 'withEnvelope'>,
) {
  const row = await collections.alerts.findOne({ _id: alertId, organisationId });
  if (!row) throw new NotFound('there is no such alert (any more)', { code: 'alert-unknown', field: 'alert_id' });
  const { link, entities, techniques } = row;
  const parcelId = parcelOfAlert(alertId);
  const decided = (await decidedOn(collections, parcelId, [alertId])).get(alertId);
  const alert = { ...alertFrom(row, decided), link, entities, techniques };
  const place = withEnvelope ? placeOfAlert(alertId) : null;
  if (place === null) return { alert };
  // The others of its parcel stay where they are.
  const one = { envelopes: { $slice: [place, 1] as [number, number] }, parsed: 1 };
  const parcel = await collections.parcels.findOne({ _id: parcelId }, { projection: one });
  const envelope = parcel?.envelopes[0];
  return parcel && envelope ? { alert, envelope: envelopeFrom(row.envelopeId, envelope, parcel) } : { alert };
}

function envelopeFrom(id: string, envelope: StoredEnvelope, { parsed }: Pick<ParcelRow, 'parsed'>) {
  const { receivedAt, contentType, contentEncoding, body } = envelope;
  const bytes = body.value() as Uint8Array;
  return {
    id,
    receivedAt: timestamp(receivedAt.getTime()),
    headers: {
      ...(contentType === '' ? {} : { 'content-type': contentType }),
      ...(contentEncoding === '' ? {} : { 'content-encoding': contentEncoding }),
    },
    body: bytes.subarray(0, MOST_BODY_BYTES),
    bodyBytes: BigInt(bytes.length),
    truncated: bytes.length > MOST_BODY_BYTES,
    ...(parsed ? { parsedAt: timestamp(parsed.getTime()) } : {}),
  };
}
