import { NotFound, timestamp } from '@tocsin/platform';
import type { GetRequest } from '@tocsin/proto/alert/v1';
import type { Collections, EnvelopeRow } from '../store/collections.ts';
import { alertFrom } from './alert-from.ts';

/** More than a person reads, and little enough to go through the bus as one message. */
const MOST_BODY_BYTES = 256 * 1024;

/** One alert with its words, and where wanted the bytes that it was read from. Throws `NotFound`. */
export async function getAlert(
  { alerts, envelopes }: Collections,
  { organisationId, alertId, withEnvelope }: Pick<GetRequest, 'organisationId' | 'alertId' | 'withEnvelope'>,
) {
  const row = await alerts.findOne({ _id: alertId, organisationId });
  if (!row) throw new NotFound('there is no such alert (any more)', { code: 'alert-unknown', field: 'alert_id' });
  const { link, entities, techniques } = row;
  const alert = { ...alertFrom(row), link, entities, techniques };
  const envelope = withEnvelope ? await envelopes.findOne({ _id: row.envelopeId }) : null;
  return envelope ? { alert, envelope: envelopeFrom(envelope) } : { alert };
}

function envelopeFrom({ _id, receivedAt, contentType, contentEncoding, body, parsed }: EnvelopeRow) {
  const bytes = body.value() as Uint8Array;
  return {
    id: _id,
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
