import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { Kpis } from '../api/kpis.ts';
import { kpisPath, useSpan } from './kpi-view.ts';

export interface InterruptedNights {
  personId: string;
  name: string;
  nights: number;
}

/** Whose nights pages interrupted in the last 30 days, the most first. Undefined while it is not known. */
export function useInterruptedNights(): InterruptedNights[] | undefined {
  const { from } = useSpan('30d');
  const query = { kpis: 'interrupted-nights', groupBy: 'person', from };
  const { data } = useQuery({
    queryKey: ['kpis', query],
    queryFn: () => get<Kpis>(kpisPath(query)),
    refetchInterval: 5 * 60_000,
  });
  return data?.series
    .flatMap(({ group, total }) => group.map(({ value, name }) => ({ personId: value, name, nights: total.n })))
    .filter(({ nights }) => nights > 0)
    .sort((one, other) => other.nights - one.nights || one.name.localeCompare(other.name));
}

/** Where it is shown in depth, night by night or person by person. */
export const NIGHTS_IN_DEPTH = '/kpis?kpi=interrupted-nights&by=person';
