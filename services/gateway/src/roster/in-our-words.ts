import { Conflict, InvalidInput, NotFound } from '@tocsin/platform';
import { versionChanged } from '../http/etag.ts';

/**
 * Asks the roster, and says its refusals as the API does: an item that somebody else changed is another version (412), and
 * fields have the API's names, below `place` where that is given.
 */
export async function inOurWords<T>(ask: () => Promise<T>, place = ''): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Conflict && error.code === 'revision-changed') throw versionChanged();
    for (const Known of [InvalidInput, NotFound, Conflict]) {
      if (!(error instanceof Known) || error.field === undefined) continue;
      const { message, code, cause } = error;
      throw new Known(message, { code, field: `${place}${fieldName(error.field)}`, cause });
    }
    throw error;
  }
}

/** `person_id` is `personId`; an item's revision stands for its id; what is the organisation's own is what was sent. */
function fieldName(field: string): string {
  if (field === 'expected_revision') return 'id';
  return field.replace(/^organisation\./, '').replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
