import { Alert, Stack, Text, Title } from '@mantine/core';
import type { IntegrationKey } from '../api/integrations.ts';
import { Copyable } from '../shell/copyable.tsx';
import { SnippetView } from './snippet-view.tsx';

/** The one time that a key is told, with what to do with it. */
export function KeyOnce({ made: { key, integration } }: { made: IntegrationKey }) {
  return (
    <Stack gap="md">
      <Alert color="orange" variant="light" title="The key is shown this once" role="status">
        <Text size="sm" mb="sm">
          Copy it now. It is kept as a hash: whoever loses it makes a new one.
        </Text>
        <Copyable text={key} what="the key" />
      </Alert>
      <div>
        <Title order={2} size="h4" mb="xs">
          Send an event
        </Title>
        <SnippetView integration={integration} keyText={key} />
      </div>
    </Stack>
  );
}
