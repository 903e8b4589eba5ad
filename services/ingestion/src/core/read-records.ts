import { LIMITS } from './alert.ts';
import { parseJson } from './parse-json.ts';

export type EventRecord = Record<string, unknown>;

/** The events of a body, in order, and why the rest could not be read, where there is a rest. */
export interface Records {
  records: EventRecord[];
  unreadable?: string;
}

/**
 * Reads a JSON object, a JSON array, lines of JSON, a form or plain text. The bytes decide more than the content type does:
 * senders of JSON are known to call it a form or text.
 */
export function readRecords(bytes: Uint8Array, contentType: string): Records {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  if (text === '') return { records: [], unreadable: 'empty' };
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase();
  const mayBeText = !type.endsWith('json');
  if (text.startsWith('{') || text.startsWith('[')) {
    const records = readJson(text);
    if (records.records.length > 0 || records.unreadable === undefined || !mayBeText) return records;
  }
  if (type === 'application/x-www-form-urlencoded') return { records: [Object.fromEntries(new URLSearchParams(text))] };
  if (mayBeText && !text.includes('\0')) return { records: [{ message: text.split('\n', 1)[0] }] };
  return { records: [], unreadable: mayBeText ? 'binary' : 'not-json' };
}

function readJson(text: string): Records {
  const whole = parseJson(text);
  if (whole === undefined) return readLines(text);
  return onlyObjects(Array.isArray(whole) ? whole : [whole], 'not-an-object');
}

function readLines(text: string): Records {
  const values: unknown[] = [];
  let broken = false;
  let from = 0;
  while (from < text.length && values.length <= LIMITS.alertsPerEnvelope) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    const line = text.slice(from, to).trim();
    from = to + 1;
    if (line === '') continue;
    const value = parseJson(line);
    if (value === undefined) broken = true;
    else values.push(value);
    // A large body that is no JSON at all need not be tried line by line to its end.
    if (broken && values.length === 0) break;
  }
  const read = onlyObjects(values, 'not-json');
  return broken ? { ...read, unreadable: 'not-json' } : read;
}

function onlyObjects(values: unknown[], otherwise: string): Records {
  const records = values.filter(isRecord);
  if (records.length > LIMITS.alertsPerEnvelope) {
    return { records: records.slice(0, LIMITS.alertsPerEnvelope), unreadable: 'too-many-alerts' };
  }
  return records.length < values.length ? { records, unreadable: otherwise } : { records };
}

function isRecord(value: unknown): value is EventRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
