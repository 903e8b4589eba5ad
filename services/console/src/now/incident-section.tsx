import { Card, Group, Stack, Text, Title } from '@mantine/core';
import type { IncidentSummary } from '../api/types.ts';
import { IncidentRow } from './incident-row.tsx';

interface Props {
  title: string;
  incidents: IncidentSummary[];
  /** What is said where there are none. */
  empty?: string;
}

/** Incidents of one kind, one beneath the other. */
export function IncidentSection({ title, incidents, empty }: Props) {
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
