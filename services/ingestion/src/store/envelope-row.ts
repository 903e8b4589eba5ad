import { Binary } from 'mongodb';
import type { Envelope } from '../core/envelope.ts';
import type { EnvelopeRow } from './collections.ts';

/** While the process that stored an envelope lives, it parses it at once; only after this long does a sweep. */
const FIRST_PARSE_MS = 2_000;

/** An envelope that came now, as it is stored. */
export function envelopeRow({ id, sender, contentType, contentEncoding, body }: Envelope): EnvelopeRow {
  const now = Date.now();
  return {
    _id: id,
    sender,
    receivedAt: new Date(now),
    contentType,
    contentEncoding,
    body: new Binary(body),
    parsed: null,
    parseAt: new Date(now + FIRST_PARSE_MS),
  };
}
