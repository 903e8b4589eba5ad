import { InvalidInput } from '@tocsin/platform';
import type { LogSinceRequest } from '@tocsin/proto/incident/v1';
import type { Filter } from 'mongodb';
import { loggedFrom } from '../log/log-facts.ts';
import type { Collections, LogDoc } from '../store/collections.ts';

const MOST = 1_000;
/** Well below what the bus takes as one message. */
const MOST_BYTES = 512 * 1_024;
const FRAME_BYTES = 128;

/** A page of all logs, or of one incident's: incident by incident, the oldest first, each by position. */
export async function logSince(
  { log }: Collections,
  { incidentId, cursor, limit }: Pick<LogSinceRequest, 'incidentId' | 'cursor' | 'limit'>,
) {
  const docs = log
    .find(after(incidentId, cursor))
    .sort({ incidentId: 1, position: 1 })
    .limit(Math.min(Math.max(limit || 500, 1), MOST));
  const entries: ReturnType<typeof loggedFrom>[] = [];
  let bytes = 0;
  for await (const doc of docs) {
    const entry = loggedFrom(doc);
    bytes += entry.dataJson.length + entry.entryId.length + FRAME_BYTES;
    if (bytes > MOST_BYTES && entries.length > 0) break;
    entries.push(entry);
  }
  const last = entries.at(-1);
  return { entries, nextCursor: last ? `${last.incidentId}/${last.position}` : '' };
}

function after(incidentId: string, cursor: string): Filter<LogDoc> {
  if (cursor === '') return incidentId === '' ? {} : { incidentId };
  const [, known, position] = /^(.+)\/(\d+)$/.exec(cursor) ?? [];
  if (known === undefined || (incidentId !== '' && known !== incidentId))
    throw new InvalidInput('is no cursor of this list', { code: 'cursor-invalid', field: 'cursor' });
  const rest = { incidentId: known, position: { $gt: Number(position) } };
  return incidentId === '' ? { $or: [rest, { incidentId: { $gt: known } }] } : rest;
}
