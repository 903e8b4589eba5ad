import { Button, Card, Group, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api/client.ts';
import type { IncidentAlert, IncidentDetail, Page } from '../api/types.ts';
import { decisionWords } from '../integrations/decision-words.ts';
import { EventDetail } from '../integrations/event-detail.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { clock, wholeClock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';

/** A repeat is no news, so the feed does not tell of it. */
const AGAIN_MS = 3_000;

/** What came, the newest first: whether each alert paged, why, and its bytes. */
export function AlertsTab({ incident: { number } }: { incident: IncidentDetail }) {
  const [shown, setShown] = useState<string | null>(null);
  const path = `/incidents/${encodeURIComponent(number)}/alerts?limit=50`;
  const alerts = useInfiniteQuery({
    queryKey: ['incident', number, 'alerts'],
    queryFn: ({ pageParam }) =>
      get<Page<IncidentAlert>>(pageParam === '' ? path : `${path}&cursor=${encodeURIComponent(pageParam)}`),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: AGAIN_MS,
  });
  if (alerts.isPending) return <Skeleton h={160} radius="md" aria-label="Loading the alerts" />;
  if (alerts.isError) return <Refusal error={alerts.error} again={() => void alerts.refetch()} />;
  const items = alerts.data.pages.flatMap((page) => page.items);
  return (
    <section aria-label="Alerts">
      <Stack gap="xs">
        {items.map((alert) => (
          <AlertRow key={alert.id} alert={alert} show={() => setShown(alert.id)} />
        ))}
        {items.length === 0 && (
          <Text c="dimmed">Alerts are kept for 30 days. Those of this incident are gone; its timeline stays.</Text>
        )}
      </Stack>
      {alerts.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={alerts.isFetchingNextPage}
          onClick={() => void alerts.fetchNextPage()}
        >
          Show older
        </Button>
      )}
      {shown !== null && <EventDetail alertId={shown} close={() => setShown(null)} />}
    </section>
  );
}

function AlertRow({ alert, show }: { alert: IncidentAlert; show(): void }) {
  const now = useNow();
  const { title, entities, notify, reason, at } = alert;
  const { word, why, colour } = decisionWords({ decision: { incidentId: null, notify, reason } });
  return (
    <UnstyledButton onClick={show} style={{ borderRadius: 'var(--mantine-radius-md)' }}>
      <Card withBorder padding="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Stack gap={2} miw={0}>
            <Text fw={600} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
              {title === '' ? 'Without words' : title}
            </Text>
            <Text size="sm">
              <Text span inherit fw={600} c={colour}>
                {word}
              </Text>
              {why !== '' && `: ${why}`}
            </Text>
            {entities.length > 0 && (
              <Text size="sm" c="dimmed" lineClamp={1} style={{ overflowWrap: 'anywhere' }}>
                {entities.join(' · ')}
              </Text>
            )}
          </Stack>
          <Text size="sm" c="dimmed" title={wholeClock(at)} style={{ flexShrink: 0 }}>
            {clock(at, now)}
          </Text>
        </Group>
      </Card>
    </UnstyledButton>
  );
}
