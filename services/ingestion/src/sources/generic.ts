import { actionOfWord } from '../core/action-words.ts';
import { LIMITS, type NormalisedAlert } from '../core/alert.ts';
import { cleanText } from '../core/clean-text.ts';
import { type EventRecord, readRecords } from '../core/read-records.ts';
import { severityOfWord, UNKNOWN_SEVERITY } from '../core/severity-words.ts';
import { sourceTime } from '../core/source-time.ts';
import { unreadableAlert } from '../core/unreadable.ts';
import type { Delivery, Source } from './source.ts';

/** Longer than any source's identifier: what is longer is text. */
const IDENTIFIER_CHARACTERS = 2_048;

const ACTION_FIELDS = ['action', 'status'];
const TIME_FIELDS = ['source_at', 'sourceAt', 'timestamp', 'time'];

/** Any sender that can post JSON, a form or text: fields by their usual names, the first that says something wins. */
export const generic: Source = {
  id: 'generic',
  parse: ({ bytes, contentType, integrationName }: Delivery) => {
    const { records, unreadable } = readRecords(bytes, contentType);
    const alerts = records.map((record) => normalise(record, integrationName));
    if (unreadable !== undefined) alerts.push(unreadableAlert(integrationName, unreadable));
    return alerts;
  },
  testEvent: (id) => ({
    contentType: 'application/json',
    body: JSON.stringify({ id, title: 'Test event', severity: 'info', status: 'firing' }),
  }),
};

function normalise(record: EventRecord, integrationName: string): NormalisedAlert {
  const action = first(record, ACTION_FIELDS, actionOfWord);
  const severity = first(record, ['severity', 'priority'], severityOfWord);
  const dedupId = first(record, ['dedup_key', 'dedupKey', 'alert_key', 'id', 'fingerprint'], identifier);
  const groupId = first(record, ['group_key', 'groupKey'], identifier);
  const title = first(record, ['title', 'summary', 'message', 'name'], titleText);
  const sourceAt = first(record, TIME_FIELDS, sourceTime);
  const reasons: string[] = [];
  if (action === undefined && has(record, ACTION_FIELDS)) reasons.push('unknown-action');
  if (severity === undefined) reasons.push('unknown-severity');
  if (dedupId === undefined) reasons.push('no-identifier');
  if (sourceAt === undefined && has(record, TIME_FIELDS)) reasons.push('unknown-time');
  return {
    // In doubt it fires.
    action: action ?? 'trigger',
    severity: severity ?? UNKNOWN_SEVERITY,
    ...(dedupId === undefined ? {} : { dedupId }),
    ...(groupId === undefined ? {} : { groupId }),
    title: title ?? cleanText(`Alert from ${integrationName}`, LIMITS.titleCharacters),
    link: first(record, ['link', 'url'], httpLink) ?? '',
    entities: entities(record),
    techniques: techniques(record),
    ...(sourceAt === undefined ? {} : { sourceAt }),
    malformed: false,
    reasons,
  };
}

function has(record: EventRecord, names: string[]): boolean {
  return names.some((name) => record[name] !== undefined && record[name] !== null);
}

/** The first of the fields that can be read. */
function first<T>(record: EventRecord, names: string[], read: (value: unknown) => T | undefined): T | undefined {
  for (const name of names) {
    const value = record[name];
    if (value === undefined || value === null) continue;
    const found = read(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The source's own identifier. One that was damaged on its way, or cut, could be another's: it is none. */
function identifier(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const id = value.trim();
  return id === '' || id.length > IDENTIFIER_CHARACTERS || /[\0\ufffd]/.test(id) ? undefined : id;
}

function titleText(value: unknown): string | undefined {
  return typeof value === 'string' ? cleanText(value, LIMITS.titleCharacters) || undefined : undefined;
}

function httpLink(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const link = value.trim();
  if (!/^https?:\/\//i.test(link) || link.length > LIMITS.linkCharacters) return undefined;
  return URL.canParse(link) ? new URL(link).href : undefined;
}

/** What it is about: `entities` as names or objects with one, then `host`, `user`, `service`. */
function entities(record: EventRecord): string[] {
  const named = [record.entities, record.host, record.user, record.service].flatMap((value) =>
    Array.isArray(value) ? value.slice(0, LIMITS.entities) : [value],
  );
  const names = named.map(entityName).filter((name) => name !== undefined);
  return [...new Set(names)].slice(0, LIMITS.entities);
}

function entityName(value: unknown): string | undefined {
  const name =
    typeof value === 'object' && value !== null ? ((value as EventRecord).name ?? (value as EventRecord).id) : value;
  return typeof name === 'string' ? cleanText(name, LIMITS.entityCharacters) || undefined : undefined;
}

/** ATT&CK technique ids, wherever in the field's words they stand (`attack.t1059.004`). */
function techniques(record: EventRecord): string[] {
  const found = ['techniques', 'attack', 'mitre']
    .flatMap((name) => record[name])
    .slice(0, 100)
    .flatMap((value) =>
      typeof value === 'string' ? (value.slice(0, 1_000).match(/\bT\d{4}(?:\.\d{3})?\b/gi) ?? []) : [],
    );
  return [...new Set(found.map((id) => id.toUpperCase()))].slice(0, LIMITS.techniques);
}
