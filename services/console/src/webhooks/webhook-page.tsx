import { Alert, Anchor, Badge, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { getVersioned, patch, post, type Versioned } from '../api/client.ts';
import type { Webhook } from '../api/webhooks.ts';
import { Refusal } from '../shell/refusal.tsx';
import { clock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { DeleteWebhook } from './delete-webhook.tsx';
import { Deliveries } from './deliveries.tsx';
import { EditWebhook } from './edit-webhook.tsx';
import { ReplayFailed } from './replay-failed.tsx';
import { RotateSecret } from './rotate-secret.tsx';
import { healthWords } from './webhook-words.ts';

const DIALOGS = { edit: EditWebhook, rotate: RotateSecret, replay: ReplayFailed, delete: DeleteWebhook } as const;

/** One webhook: how it is, and what it was sent. */
export function WebhookPage({ id }: { id: string }) {
  const path = `/webhooks/${encodeURIComponent(id)}`;
  const queries = useQueryClient();
  const webhook = useQuery({
    queryKey: ['webhook', id],
    queryFn: () => getVersioned<Webhook>(path),
    refetchInterval: 10_000,
  });
  const [dialog, setDialog] = useState<keyof typeof DIALOGS | null>(null);
  const changed = async () => {
    for (const queryKey of [['webhook', id], ['webhooks'], ['deliveries', id]]) {
      await queries.invalidateQueries({ queryKey });
    }
  };
  if (webhook.isPending) return <Skeleton h={320} radius="md" aria-label="Loading the webhook" />;
  if (webhook.isError) return <Refusal error={webhook.error} again={() => void webhook.refetch()} />;
  const { value } = webhook.data;
  const Dialog = dialog && DIALOGS[dialog];
  return (
    <Stack gap="lg" maw={860}>
      <Head webhook={value} />
      <Group gap="sm">
        {value.enabled && <SendTest path={path} changed={changed} />}
        {!value.enabled && <Switch path={path} seen={webhook.data} enabled changed={changed} />}
        <Button variant="default" onClick={() => setDialog('edit')}>
          Change
        </Button>
        <Button variant="default" onClick={() => setDialog('rotate')}>
          New secret
        </Button>
        {value.enabled && (
          <Button variant="default" onClick={() => setDialog('replay')}>
            Send again…
          </Button>
        )}
        {value.enabled && <Switch path={path} seen={webhook.data} enabled={false} changed={changed} />}
        <Button variant="subtle" color="red" onClick={() => setDialog('delete')}>
          Delete
        </Button>
      </Group>
      <div>
        <Title order={2} size="h4" mb="xs">
          Messages
        </Title>
        <Deliveries path={path} webhook={value} />
      </div>
      {Dialog && <Dialog path={path} seen={webhook.data} close={() => setDialog(null)} changed={changed} />}
    </Stack>
  );
}

function Head({ webhook }: { webhook: Webhook }) {
  const now = useNow();
  const { name, url, types, oldSecretUntil, enabled, disabledBecause, disabledAt } = webhook;
  const { word, colour, why } = healthWords(webhook, now);
  const byItself = !enabled && disabledBecause !== 'person';
  return (
    <header>
      <Anchor component={Link} href="/webhooks" size="sm">
        Webhooks
      </Anchor>
      <Group gap="sm">
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Title>
        <Badge variant="light" color={colour} autoContrast>
          {word}
        </Badge>
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {url}
      </Text>
      <Text c="dimmed" size="sm">
        {types.length === 0 ? 'Told everything' : `Told ${types.join(', ')}`}
      </Text>
      {byItself ? (
        <Alert color="red" variant="light" mt="md" title="Tocsin disabled it" role="status">
          {why} {disabledAt !== null && `Since ${clock(disabledAt, now)}.`}
        </Alert>
      ) : (
        <Text size="sm" mt={4}>
          {why}
        </Text>
      )}
      {oldSecretUntil !== null && Date.parse(oldSecretUntil) > now && (
        <Alert color="orange" variant="light" mt="md">
          Messages are signed with the secret before as well until {clock(oldSecretUntil, now)}. Give the receiver the
          new one by then.
        </Alert>
      )}
    </header>
  );
}

interface ActionProps {
  path: string;
  changed(): Promise<void>;
}

function SendTest({ path, changed }: ActionProps) {
  const test = useMutation({
    mutationFn: (key: string) => post(`${path}/test`, {}, key),
    onSuccess: () =>
      notifications.show({
        color: 'green',
        title: 'On its way',
        message: 'What comes of it appears among the messages.',
        withBorder: true,
      }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not sent', message: error.message, withBorder: true }),
    onSettled: changed,
  });
  return (
    <Button loading={test.isPending} onClick={() => test.mutate(crypto.randomUUID())}>
      Send a test
    </Button>
  );
}

/** Either way it can be undone, so it is done at once. */
function Switch({ path, seen, enabled, changed }: ActionProps & { seen: Versioned<Webhook>; enabled: boolean }) {
  const turn = useMutation({
    mutationFn: () => patch(path, { enabled }, seen.etag),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not changed', message: error.message, withBorder: true }),
    onSettled: changed,
  });
  return (
    <Button variant={enabled ? 'filled' : 'default'} loading={turn.isPending} onClick={() => turn.mutate()}>
      {enabled ? 'Enable' : 'Disable'}
    </Button>
  );
}
