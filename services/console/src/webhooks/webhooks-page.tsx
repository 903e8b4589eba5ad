import { Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { Webhook, Webhooks } from '../api/webhooks.ts';
import { EmptyState } from '../shell/empty-state.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { useNow } from '../words/use-now.ts';
import { healthWords } from './webhook-words.ts';

/** Who is told what happens, and whether they take it. */
export function WebhooksPage() {
  const webhooks = useQuery({
    queryKey: ['webhooks'],
    queryFn: () => get<Webhooks>('/webhooks'),
    refetchInterval: 15_000,
  });
  if (webhooks.isPending) return <Skeleton h={240} radius="md" aria-label="Loading the webhooks" />;
  if (webhooks.isError) return <Refusal error={webhooks.error} again={() => void webhooks.refetch()} />;
  const { items } = webhooks.data;
  const add = (
    <Button component={Link} href="/webhooks/new">
      New webhook
    </Button>
  );
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Title order={1} size="h2">
          Webhooks
        </Title>
        {items.length > 0 && add}
      </Group>
      {items.length === 0 ? (
        <EmptyState title="Nobody is told yet">
          <Text>
            A webhook is told what happens to incidents, signed and until it has it: for a ticket system, a SOAR or a
            program of your own.
          </Text>
          {add}
        </EmptyState>
      ) : (
        <Stack gap="sm">
          {items.map((one) => (
            <WebhookRow key={one.id} webhook={one} />
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const now = useNow();
  const { word, colour, why } = healthWords(webhook, now);
  const { id, name, url, types, pending, failed } = webhook;
  const counts = [count(pending, 'waiting'), count(failed, 'given up')].filter(Boolean).join(', ');
  return (
    <Card component={Link} href={`/webhooks/${id}`} withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={4} miw={0}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          <Text size="sm" c="dimmed" truncate>
            {url}
          </Text>
          <Text size="sm">{why}</Text>
        </Stack>
        <Stack gap={4} align="flex-end" ta="right" style={{ flexShrink: 0, fontVariantNumeric: 'tabular-nums' }}>
          <Badge variant="light" color={colour} autoContrast>
            {word}
          </Badge>
          <Text size="sm" c="dimmed">
            {types.length === 0 ? 'everything' : `${types.length} ${types.length === 1 ? 'type' : 'types'}`}
          </Text>
          {counts !== '' && (
            <Text size="sm" c="dimmed">
              {counts}
            </Text>
          )}
        </Stack>
      </Group>
    </Card>
  );
}

function count(number: number, what: string): string {
  if (number === 0) return '';
  return `${number >= 1_000 ? '1,000 and more' : number} ${what}`;
}
