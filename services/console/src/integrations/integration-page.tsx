import { Alert, Anchor, Badge, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { getVersioned, post } from '../api/client.ts';
import type { Integration } from '../api/integrations.ts';
import type { Me } from '../api/types.ts';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import { isAdmin } from '../words/is-admin.ts';
import { clock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { DisableIntegration } from './disable-integration.tsx';
import { EditIntegration } from './edit-integration.tsx';
import { Events } from './events.tsx';
import { RotateKey } from './rotate-key.tsx';
import { SnippetView } from './snippet-view.tsx';
import { sourceWords } from './snippets.ts';

/** One sender: what it sent last, how it sends, its key. */
export function IntegrationPage({ id, me }: { id: string; me: Me }) {
  const path = `/integrations/${encodeURIComponent(id)}`;
  const integration = useQuery({ queryKey: ['integration', id], queryFn: () => getVersioned<Integration>(path) });
  const [dialog, setDialog] = useState<'edit' | 'rotate' | 'disable' | null>(null);
  if (integration.isPending) return <Skeleton h={320} radius="md" aria-label="Loading the integration" />;
  if (integration.isError) return <Refusal error={integration.error} again={() => void integration.refetch()} />;
  const { value } = integration.data;
  return (
    <Stack gap="lg" maw={860}>
      <Head integration={value} />
      {!value.disabled && me.role !== 'observer' && (
        <Group gap="sm">
          <SendTest path={path} id={id} />
          {isAdmin(me) && (
            <>
              <Button variant="default" onClick={() => setDialog('edit')}>
                Change
              </Button>
              <Button variant="default" onClick={() => setDialog('rotate')}>
                New key
              </Button>
              <Button variant="subtle" color="red" onClick={() => setDialog('disable')}>
                Disable
              </Button>
            </>
          )}
        </Group>
      )}
      <div>
        <Title order={2} size="h4" mb="xs">
          Last events
        </Title>
        <Events id={id} />
      </div>
      {!value.disabled && (
        <div>
          <Title order={2} size="h4" mb="xs">
            How it sends
          </Title>
          <SnippetView integration={value} />
        </div>
      )}
      {dialog === 'edit' && <EditIntegration path={path} seen={integration.data} close={() => setDialog(null)} />}
      {dialog === 'rotate' && <RotateKey path={path} seen={integration.data} close={() => setDialog(null)} />}
      {dialog === 'disable' && <DisableIntegration path={path} seen={integration.data} close={() => setDialog(null)} />}
    </Stack>
  );
}

function Head({ integration: { name, source, team, drill, disabled, oldKeyUntil } }: { integration: Integration }) {
  const now = useNow();
  return (
    <header>
      <Anchor component={Link} href="/integrations" size="sm">
        Integrations
      </Anchor>
      <Group gap="sm">
        <ScreenTitle>{name}</ScreenTitle>
        {drill && <Badge variant="outline">drills</Badge>}
        {disabled && (
          <Badge variant="light" color="gray" autoContrast>
            disabled
          </Badge>
        )}
      </Group>
      <Text c="dimmed" size="sm">
        {[sourceWords(source).name, team?.name].filter(Boolean).join(' · ')}
      </Text>
      {disabled && (
        <Alert color="gray" variant="light" mt="md">
          It is refused, and hears why. What it sent is kept. Connect a source with the same id to bring it back.
        </Alert>
      )}
      {oldKeyUntil !== null && Date.parse(oldKeyUntil) > now && (
        <Alert color="orange" variant="light" mt="md">
          The key that it had before opens until {clock(oldKeyUntil, now)}. Give the sender the new one by then.
        </Alert>
      )}
    </header>
  );
}

/** A drill through the whole way, like any other event: where it pages, somebody is paged. */
function SendTest({ path, id }: { path: string; id: string }) {
  const queries = useQueryClient();
  const test = useMutation({
    mutationFn: (key: string) => post<{ alertId: string }>(`${path}/test`, {}, key),
    onSuccess: () => {
      notifications.show({
        color: 'green',
        title: 'On its way',
        message: 'It is a drill. What comes of it appears among the last events.',
        withBorder: true,
      });
      void queries.invalidateQueries({ queryKey: ['alerts', id] });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not sent', message: error.message, withBorder: true }),
  });
  return (
    <Button loading={test.isPending} onClick={() => test.mutate(crypto.randomUUID())}>
      Send a test
    </Button>
  );
}
