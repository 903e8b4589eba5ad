import { z } from 'zod';

/** The query of a list: pages by cursor, so that what is added meanwhile neither repeats nor hides anything. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('The most items of a page.'),
  cursor: z.string().min(1).max(200).optional().describe('`nextCursor` of the page before; absent for the first.'),
});

export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Of the next page; null on the last.'),
  });
}

/** A page of rows of which one more than the limit was read, to know whether there is a next. */
export function pageFrom<Row, Item>(
  rows: Row[],
  limit: number,
  view: (row: Row) => Item,
  cursorOf: (row: Row) => string,
) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(view), nextCursor: rows.length > limit && last ? cursorOf(last) : null };
}
