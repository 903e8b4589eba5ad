import { Badge, Button, Card, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { Integration, Integrations } from '../api/integrations.ts';
import type { Me } from '../api/types.ts';
import { EmptyState } from '../shell/empty-state.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import { isAdmin } from '../words/is-admin.ts';
import { duration } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { sourceWords } from './snippets.ts';

/** Who sends, and when each was heard last. */
export function IntegrationsPage({ me }: { me: Me }) {
  const integrations = useQuery({
    queryKey: ['integrations'],
    queryFn: () => get<Integrations>('/integrations?limit=200'),
    refetchInterval: 15_000,
  });
  if (integrations.isPending) return <Skeleton h={240} radius="md" aria-label="Loading the integrations" />;
  if (integrations.isError) return <Refusal error={integrations.error} again={() => void integrations.refetch()} />;
  const { items } = integrations.data;
  const connect = isAdmin(me) && (
    <Button component={Link} href="/integrations/new">
      Connect a source
    </Button>
  );
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <ScreenTitle>Integrations</ScreenTitle>
        {items.length > 0 && connect}
      </Group>
      {items.length === 0 ? (
        <EmptyState title="Nothing sends yet">
          <Text>
            {isAdmin(me)
              ? 'Connect what raises your alerts, and send it a test: you see here whether it arrives and whom it pages.'
              : 'An admin connects what raises your alerts.'}
          </Text>
          {connect}
        </EmptyState>
      ) : (
        <Stack gap="sm">
          {items.map((one) => (
            <IntegrationRow key={one.id} integration={one} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function IntegrationRow({ integration }: { integration: Integration }) {
  const { id, name, source, team, drill, lastEventAt, alertsLastDay, oldKeyUntil } = integration;
  const now = useNow();
  return (
    <Card component={Link} href={`/integrations/${encodeURIComponent(id)}`} withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={4} miw={0}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          <Group gap="xs">
            {drill && <Badge variant="outline">drills</Badge>}
            {oldKeyUntil !== null && Date.parse(oldKeyUntil) > now && (
              <Badge variant="light" color="orange" autoContrast>
                two keys
              </Badge>
            )}
            <Text size="sm" c="dimmed">
              {[sourceWords(source).name, team?.name].filter(Boolean).join(' · ')}
            </Text>
          </Group>
        </Stack>
        <Stack gap={4} align="flex-end" ta="right" style={{ flexShrink: 0, fontVariantNumeric: 'tabular-nums' }}>
          <Text size="sm" fw={600}>
            {lastEventAt === null ? 'Nothing yet' : `${duration(now - Date.parse(lastEventAt))} ago`}
          </Text>
          <Text size="sm" c="dimmed">
            {alertsLastDay >= 1_000 ? '1,000 and more' : alertsLastDay} in a day
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}
