import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { IncidentSummary } from '../api/types.ts';
import { severityColour } from '../theme.ts';
import { SeverityBadge } from '../words/severity-badge.tsx';
import { duration } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';

/** One incident on one line: how bad, what, who has it, for how long; or how long ago it was over. */
export function IncidentRow({ incident }: { incident: IncidentSummary }) {
  const { number, title, severity, owner, team, openedAt, closedAt, drill, firing, members } = incident;
  const now = useNow();
  const age = closedAt === null ? duration(now - Date.parse(openedAt)) : `${duration(now - Date.parse(closedAt))} ago`;
  return (
    <Card
      component={Link}
      href={`/incidents/${number}`}
      withBorder
      padding="sm"
      style={{ borderLeft: `4px solid var(--mantine-color-${severityColour[severity]}-filled)` }}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={4} miw={0}>
          <Text fw={600} lineClamp={2}>
            {title === '' ? 'An alert without words' : title}
          </Text>
          <Group gap="xs">
            <SeverityBadge severity={severity} size="sm" />
            {drill && <Badge variant="outline">drill</Badge>}
            <Text size="sm" c="dimmed">
              {[number, team?.name, members > 1 ? `${firing} of ${members} firing` : ''].filter(Boolean).join(' · ')}
            </Text>
          </Group>
        </Stack>
        <Stack gap={4} align="flex-end" style={{ flexShrink: 0 }}>
          {owner !== null && (
            <Text size="sm" fw={600}>
              {owner.name}
            </Text>
          )}
          <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
            {age}
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}
