import type { Client } from '@tocsin/platform';
import type { Incidents, Logged } from '@tocsin/proto/incident/v1';

/** One incident's log after a position, page by page. */
export async function* logOf(
  incidents: Client<typeof Incidents>,
  incidentId: string,
  after: number,
): AsyncGenerator<Logged[]> {
  let cursor = `${incidentId}/${after}`;
  for (;;) {
    const { entries, nextCursor } = await incidents.logSince({ incidentId, cursor });
    if (nextCursor === '') return;
    yield entries;
    cursor = nextCursor;
  }
}
