import { Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { IncidentSummary, Page, Severity } from '../api/types.ts';
import { Refusal } from '../shell/refusal.tsx';
import { IncidentRow } from './incident-row.tsx';

const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Open incidents, those that nobody has first, and of these the worst. */
export function OpenIncidents() {
  const open = useQuery({
    queryKey: ['incidents', 'open'],
    queryFn: () => get<Page<IncidentSummary>>('/incidents?status=open,acknowledged&limit=100'),
  });
  if (open.isPending) return <Skeleton h={240} radius="md" aria-label="Loading open incidents" />;
  if (open.isError) return <Refusal error={open.error} again={() => void open.refetch()} />;
  const worstFirst = open.data.items.toSorted(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
  const unanswered = worstFirst.filter((one) => one.status === 'open');
  const answered = worstFirst.filter((one) => one.status !== 'open');
  return (
    <Stack gap="xl">
      <Section title="Nobody has these" incidents={unanswered} empty="Everything open has an owner." />
      {answered.length > 0 && <Section title="Somebody has these" incidents={answered} empty="" />}
    </Stack>
  );
}

function Section({ title, incidents, empty }: { title: string; incidents: IncidentSummary[]; empty: string }) {
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h3">
          {title}
        </Title>
        <Text c="dimmed">{incidents.length}</Text>
      </Group>
      {incidents.length === 0 ? (
        <Card withBorder>
          <Text c="dimmed">{empty}</Text>
        </Card>
      ) : (
        <Stack gap="sm">
          {incidents.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </Stack>
      )}
    </section>
  );
}
