import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

export type LiveState = 'connecting' | 'live' | 'away';

/** Facts come in bursts: a page to five people is twenty of them. The first is looked at at once, the others together. */
const SETTLE_MS = 60;

/**
 * Follows the live feed and looks again at whatever a fact is about. The browser resumes it by the last event's id, so that
 * nothing is missed over a broken connection; what was shown before the first event is looked at again at each connection.
 */
export function useLive(): LiveState {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const feed = new EventSource('/api/v1/live');
    const touched = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      if (touched.size === 0) {
        timer = undefined;
        return;
      }
      timer = setTimeout(look, SETTLE_MS);
      void queries.invalidateQueries({ queryKey: ['incidents'] });
      // Facts name incidents by their ids, pages by their numbers.
      const named = new Set(touched);
      void queries.invalidateQueries({
        queryKey: ['incident'],
        predicate: ({ state: { data } }) => named.has((data as { id?: string } | undefined)?.id ?? ''),
      });
      touched.clear();
    };
    const take = (event: MessageEvent<string>) => {
      const { incidentId } = JSON.parse(event.data) as { incidentId: string };
      touched.add(incidentId);
      if (timer === undefined) look();
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
    return () => {
      feed.close();
      clearTimeout(timer);
    };
  }, [queries]);
  return state;
}
