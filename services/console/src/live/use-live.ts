import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { createLooks } from './looks.ts';

export type LiveState = 'connecting' | 'live' | 'away';

/**
 * Follows the live feed and looks again at whatever a fact is about. The browser resumes it by the last event's id, so that
 * nothing is missed over a broken connection; what was shown before the first event is looked at again at each connection.
 */
export function useLive(): LiveState {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const feed = new EventSource('/api/v1/live');
    // Facts name incidents by their ids, pages by their numbers.
    const touch = createLooks((ids) =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['incidents'] }),
        queries.invalidateQueries({
          queryKey: ['incident'],
          predicate: ({ state: { data } }) => ids.has((data as { id?: string } | undefined)?.id ?? ''),
        }),
      ]),
    );
    const take = (event: MessageEvent<string>) => {
      touch((JSON.parse(event.data) as { incidentId: string }).incidentId);
    };
    feed.onopen = () => {
      setState('live');
      void queries.invalidateQueries();
    };
    feed.onerror = () => setState('away');
    feed.addEventListener('incident', take);
    feed.addEventListener('page', take);
    // More was missed than the server has at hand.
    feed.addEventListener('reset', () => void queries.invalidateQueries());
    return () => feed.close();
  }, [queries]);
  return state;
}
