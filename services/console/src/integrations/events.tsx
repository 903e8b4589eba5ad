import { Badge, Card, Group, Loader, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api/client.ts';
import type { AlertSummary } from '../api/integrations.ts';
import type { Page } from '../api/types.ts';
import { Refusal } from '../shell/refusal.tsx';
import { SeverityBadge } from '../words/severity-badge.tsx';
import { clock, wholeClock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { decisionWords } from './decision-words.ts';
import { EventDetail } from './event-detail.tsx';

/** While something is awaited, and once nothing is. */
const SOON_MS = 1_500;
const LATER_MS = 10_000;

/** What an integration sent last, each with why it did or did not page. It is looked at again and again: the first one is waited for. */
export function Events({ id }: { id: string }) {
  const [shown, setShown] = useState<string | null>(null);
  const events = useQuery({
    queryKey: ['alerts', id],
    queryFn: () => get<Page<AlertSummary>>(`/alerts?integration=${encodeURIComponent(id)}&limit=50`),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (isWaiting(data) ? SOON_MS : LATER_MS),
  });
  if (events.isPending) return <Skeleton h={160} radius="md" aria-label="Loading the last events" />;
  if (events.isError) return <Refusal error={events.error} again={() => void events.refetch()} />;
  const { items } = events.data;
  return (
    <section aria-label="Last events" aria-live="polite">
      {items.length === 0 ? (
        <Card withBorder>
          <Group wrap="nowrap">
            <Loader size="sm" aria-hidden />
            <Text>Waiting for the first event. It appears here as it comes.</Text>
          </Group>
        </Card>
      ) : (
        <Stack gap="xs">
          {items.map((event) => (
            <EventRow key={event.id} event={event} show={() => setShown(event.id)} />
          ))}
        </Stack>
      )}
      {shown !== null && <EventDetail alertId={shown} close={() => setShown(null)} />}
    </section>
  );
}

function isWaiting(page: Page<AlertSummary> | undefined): boolean {
  return !page || page.items.length === 0 || page.items.some(({ decision }) => decision === null);
}

function EventRow({ event, show }: { event: AlertSummary; show(): void }) {
  const now = useNow();
  const { title, severity, action, receivedAt, drill, malformed } = event;
  const { word, why, colour } = decisionWords(event);
  return (
    <UnstyledButton onClick={show} style={{ borderRadius: 'var(--mantine-radius-md)' }}>
      <Card withBorder padding="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Stack gap={4} miw={0}>
            <Text fw={600} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
              {title === '' ? 'Without words' : title}
            </Text>
            <Group gap="xs">
              <SeverityBadge severity={severity} size="sm" />
              {action !== 'trigger' && (
                <Badge variant="outline" color="gray">
                  {action}
                </Badge>
              )}
              {drill && <Badge variant="outline">drill</Badge>}
              {malformed && (
                <Badge variant="light" color="orange" autoContrast>
                  unreadable
                </Badge>
              )}
              <Text size="sm">
                <Text span inherit fw={600} c={colour}>
                  {word}
                </Text>
                {why !== '' && `: ${why}`}
              </Text>
            </Group>
          </Stack>
          <Text size="sm" c="dimmed" title={wholeClock(receivedAt)} style={{ flexShrink: 0 }}>
            {clock(receivedAt, now)}
          </Text>
        </Group>
      </Card>
    </UnstyledButton>
  );
}
