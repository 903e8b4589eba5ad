import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { IncidentSummary, Page, Severity } from '../api/types.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useTabName } from '../shell/screen-title.tsx';
import { IncidentSection } from './incident-section.tsx';
import { LatelyClosed } from './lately-closed.tsx';
import { NothingOpen } from './nothing-open.tsx';

const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Open incidents, those that nobody has first, and of these the worst. */
export function OpenIncidents() {
  const open = useQuery({
    queryKey: ['incidents', 'open'],
    queryFn: () => get<Page<IncidentSummary>>('/incidents?status=open,acknowledged&limit=100'),
  });
  const waiting = open.data?.items.filter(({ status }) => status === 'open').length ?? 0;
  useTabName(waiting === 0 ? 'Now' : `(${waiting}) Now`);
  if (open.isPending) return <Skeleton h={240} radius="md" aria-label="Loading open incidents" />;
  if (open.isError) return <Refusal error={open.error} again={() => void open.refetch()} />;
  const { items } = open.data;
  const worstFirst = items.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const unanswered = worstFirst.filter((one) => one.status === 'open');
  const answered = worstFirst.filter((one) => one.status !== 'open');
  return (
    <Stack gap="xl">
      {items.length === 0 && <NothingOpen />}
      {items.length > 0 && (
        <IncidentSection title="Nobody has these" incidents={unanswered} empty="Everything open has an owner." />
      )}
      {answered.length > 0 && <IncidentSection title="Somebody has these" incidents={answered} />}
      <LatelyClosed open={items} />
    </Stack>
  );
}
