import type { Collection, Document, Filter, Sort } from 'mongodb';
import { InvalidInput } from '../errors/errors.ts';

export interface NewestQuery {
  /** With `by` and `_id`, what the index of `hint` serves. */
  filter: Document;
  /** The instant that orders the rows; the id decides between equal ones. */
  by: string;
  limit: number;
  /** Of the page before; empty: from the newest on. */
  cursor: string;
  hint: Document;
  projection?: Document;
}

export interface Page<T> {
  rows: T[];
  /** Empty: there are no more. */
  nextCursor: string;
}

interface Place {
  at: Date;
  id: string;
}

/**
 * A page of rows, newest first. A page begins after the row that the last one ended with, so what is added meanwhile neither
 * doubles nor skips anything. Throws `InvalidInput` for a cursor that is none.
 */
export async function readNewest<T extends { _id: string }>(
  collection: Collection<T>,
  query: NewestQuery,
): Promise<Page<T>> {
  const rows = await rowsAfter(collection, query, query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > page.length && last ? cursorOf(placeOf(last, query.by)) : '' };
}

/**
 * The same where the index serves only a part of the question: of the rows that it finds at most `scan` are looked at for one
 * page, and those that fit `rest` are given. So a page may be short, even empty, while others follow.
 */
export async function scanNewest<T extends { _id: string }>(
  collection: Collection<T>,
  { rest, scan, ...query }: NewestQuery & { rest: Document; scan: number },
): Promise<Page<T>> {
  const { by, limit, projection } = query;
  const looked = await rowsAfter(collection, { ...query, projection: { [by]: 1 } }, scan + 1);
  const seen = looked.slice(0, scan);
  const found: T[] = [];
  // As many at a time as the page holds: where most fit, few rows are fetched.
  for (let from = 0; from < seen.length && found.length <= limit; from += limit + 1) {
    const ids = seen.slice(from, from + limit + 1).map((row) => row._id);
    const filter = { $and: [{ _id: { $in: ids } }, rest] } as Filter<T>;
    const some = await collection
      .find(filter, projection ? { projection } : {})
      .sort(newestBy(by))
      .toArray();
    found.push(...(some as unknown as T[]));
  }
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : looked.length > scan ? seen.at(-1) : undefined;
  return { rows, nextCursor: last ? cursorOf(placeOf(last, by)) : '' };
}

async function rowsAfter<T extends { _id: string }>(
  collection: Collection<T>,
  { filter, by, cursor, hint, projection }: NewestQuery,
  count: number,
): Promise<T[]> {
  const rows: T[] = [];
  for (const range of rangesAfter(parseCursor(cursor), by)) {
    if (rows.length >= count) break;
    const found = await collection
      .find({ $and: [filter, range] } as Filter<T>, { hint, ...(projection ? { projection } : {}) })
      .sort(newestBy(by))
      .limit(count - rows.length)
      .toArray();
    rows.push(...(found as unknown as T[]));
  }
  return rows;
}

/** Rows of the same instant first, then all before it: two plain ranges of the index, where one `$or` would be none. */
function rangesAfter(place: Place | null, by: string): Document[] {
  if (!place) return [{}];
  return [{ [by]: place.at, _id: { $lt: place.id } }, { [by]: { $lt: place.at } }];
}

function newestBy(by: string): Sort {
  return { [by]: -1, _id: -1 };
}

function placeOf(row: Document & { _id: string }, by: string): Place {
  return { at: row[by] as Date, id: row._id };
}

function cursorOf({ at, id }: Place): string {
  return Buffer.from(JSON.stringify([at.getTime(), id])).toString('base64url');
}

function parseCursor(cursor: string): Place | null {
  if (cursor === '') return null;
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (typeof at === 'number' && Number.isSafeInteger(at) && typeof id === 'string') return { at: new Date(at), id };
  } catch {}
  throw new InvalidInput('is not a cursor that was given out', { code: 'cursor-invalid', field: 'cursor' });
}
