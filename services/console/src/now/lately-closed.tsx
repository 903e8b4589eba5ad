import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { IncidentSummary, Page } from '../api/types.ts';
import { IncidentSection } from './incident-section.tsx';

const MOST = 5;

/** What was closed last, for whoever comes after. One that is closed is open no longer: it is looked at again when that changes. */
export function LatelyClosed({ open }: { open: readonly IncidentSummary[] }) {
  const closed = useQuery({
    queryKey: ['closed', open.map(({ id }) => id).sort()],
    queryFn: () => get<Page<IncidentSummary>>(`/incidents?status=closed&limit=${MOST}`),
    placeholderData: keepPreviousData,
  });
  if (!closed.data || closed.data.items.length === 0) return null;
  return <IncidentSection title="Closed last" incidents={closed.data.items} />;
}
