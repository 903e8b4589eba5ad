import type { Form } from '../form.ts';
import { TwilioError } from '../twilio-error.ts';

/**
 * Reads `Name`, `Name<` and `Name>` (both inclusive; a date is a whole day in UTC, a date-time an instant)
 * and returns what lets an instant through. An instant that is not known passes only where nothing was asked.
 */
export function dateFilter(form: Form, name: string): (epochMs: number | undefined) => boolean {
  const on = instant(form, name);
  const until = instant(form, `${name}<`);
  const since = instant(form, `${name}>`);
  if (!on && !until && !since) return () => true;
  return (epochMs) => {
    if (epochMs === undefined) return false;
    // The API's instants have whole seconds.
    const at = Math.floor(epochMs / 1000) * 1000;
    return (!on || (at >= on.from && at < on.to)) && (!until || at <= until.from) && (!since || at >= since.from);
  };
}

function instant(form: Form, name: string): { from: number; to: number } | undefined {
  const text = form.text(name);
  if (text === undefined) return undefined;
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
  const from = Date.parse(text);
  if (Number.isNaN(from) || (!isDate && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text)))
    throw new TwilioError(20002, name);
  return { from, to: from + (isDate ? 86_400_000 : 1000) };
}

interface Listing<T> {
  /** The path of this list, which the addresses of its pages start with. */
  path: string;
  name: 'messages' | 'calls';
  matches: (entry: T) => boolean;
  resource: (entry: T) => object;
}

const defaultPageSize = 50;
const maxPageSize = 1000;

/** One page of a list in Twilio's shape. The token of a page names the last entry of the page before it. */
export function listPage<T extends { sid: string }>(newestFirst: Iterable<T>, form: Form, listing: Listing<T>): object {
  const pageSize = form.integer('PageSize', 1, maxPageSize, 20002) ?? defaultPageSize;
  const page = form.integer('Page', 0, Number.MAX_SAFE_INTEGER, 20002) ?? 0;
  const token = form.text('PageToken');
  let after = token?.replace(/^PA/, '');
  const found: T[] = [];
  for (const entry of newestFirst) {
    if (after !== undefined) {
      if (entry.sid === after) after = undefined;
    } else if (listing.matches(entry)) found.push(entry);
    if (found.length > pageSize) break;
  }
  const entries = found.slice(0, pageSize);
  const last = entries.at(-1);

  const address = (number: number, pageToken?: string) => {
    const query = new URLSearchParams();
    for (const name of [
      'To',
      'From',
      'Status',
      'DateSent',
      'DateSent<',
      'DateSent>',
      'StartTime',
      'StartTime<',
      'StartTime>',
    ]) {
      const value = form.text(name);
      if (value !== undefined) query.set(name, value);
    }
    query.set('PageSize', String(pageSize));
    query.set('Page', String(number));
    if (pageToken) query.set('PageToken', pageToken);
    return `${listing.path}?${query}`;
  };
  return {
    [listing.name]: entries.map(listing.resource),
    page,
    page_size: pageSize,
    start: page * pageSize,
    end: page * pageSize + Math.max(0, entries.length - 1),
    uri: address(page, token),
    first_page_uri: address(0),
    next_page_uri: found.length > pageSize && last ? address(page + 1, `PA${last.sid}`) : null,
    previous_page_uri: null,
  };
}
