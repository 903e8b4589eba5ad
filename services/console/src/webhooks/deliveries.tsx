import { Button, Card, Group, SegmentedControl, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api/client.ts';
import type { Page } from '../api/types.ts';
import type { Delivery, Webhook } from '../api/webhooks.ts';
import { Refusal } from '../shell/refusal.tsx';
import { clock, wholeClock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { DeliveryDetail } from './delivery-detail.tsx';
import { deliveryWords } from './webhook-words.ts';

const AGAIN_MS = 3_000;
const STATES = [
  { value: '', label: 'All' },
  { value: 'pending', label: 'Waiting' },
  { value: 'failed', label: 'Given up' },
  { value: 'delivered', label: 'Taken' },
];

/** What a webhook was sent last, and what came of it. It is looked at again and again. */
export function Deliveries({ path, webhook }: { path: string; webhook: Webhook }) {
  const [state, setState] = useState('');
  const [shown, setShown] = useState<string | null>(null);
  const deliveries = useInfiniteQuery({
    queryKey: ['deliveries', webhook.id, state],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({
        limit: '50',
        ...(state === '' ? {} : { state }),
        ...(pageParam ? { cursor: pageParam } : {}),
      });
      return get<Page<Delivery>>(`${path}/deliveries?${query}`);
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    staleTime: 0,
    refetchInterval: AGAIN_MS,
  });
  const items = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  const detail = items.find(({ id }) => id === shown);
  return (
    <section aria-label="Messages">
      <SegmentedControl
        data={STATES}
        value={state}
        onChange={setState}
        mb="sm"
        aria-label="Which messages"
        fullWidth
        maw={420}
      />
      {deliveries.isPending && <Skeleton h={160} radius="md" aria-label="Loading the messages" />}
      {deliveries.isError && <Refusal error={deliveries.error} again={() => void deliveries.refetch()} />}
      {deliveries.data && items.length === 0 && (
        <Card withBorder>
          <Text>{state === '' ? 'Nothing was sent yet. Send a test, and see whether it arrives.' : 'None.'}</Text>
        </Card>
      )}
      <Stack gap="xs">
        {items.map((one) => (
          <DeliveryRow key={one.id} delivery={one} show={() => setShown(one.id)} />
        ))}
      </Stack>
      {deliveries.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={deliveries.isFetchingNextPage}
          onClick={() => void deliveries.fetchNextPage()}
        >
          Older ones
        </Button>
      )}
      {detail && (
        <DeliveryDetail path={path} delivery={detail} canReplay={webhook.enabled} close={() => setShown(null)} />
      )}
    </section>
  );
}

function DeliveryRow({ delivery, show }: { delivery: Delivery; show(): void }) {
  const now = useNow();
  const { word, colour, why } = deliveryWords(delivery, now);
  const { type, createdAt, attempts } = delivery;
  return (
    <UnstyledButton onClick={show} style={{ borderRadius: 'var(--mantine-radius-md)' }}>
      <Card withBorder padding="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Stack gap={4} miw={0}>
            <Text fw={600} ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {type}
            </Text>
            <Text size="sm">
              <Text span inherit fw={600} c={colour === 'gray' ? 'dimmed' : colour}>
                {word}
              </Text>
              {why !== '' && `: ${why}`}
            </Text>
          </Stack>
          <Stack gap={4} align="flex-end" style={{ flexShrink: 0 }}>
            <Text size="sm" c="dimmed" title={wholeClock(createdAt)}>
              {clock(createdAt, now)}
            </Text>
            {attempts.length > 1 && (
              <Text size="sm" c="dimmed">
                {attempts.length} attempts
              </Text>
            )}
          </Stack>
        </Group>
      </Card>
    </UnstyledButton>
  );
}
