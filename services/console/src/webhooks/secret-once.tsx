import { Alert, Code, Stack, Text, Title } from '@mantine/core';
import { Copyable } from '../shell/copyable.tsx';

/** The one time that a secret is told, with what to do with it. */
export function SecretOnce({ secret }: { secret: string }) {
  return (
    <Stack gap="md">
      <Alert color="orange" variant="light" title="The secret is shown this once" role="status">
        <Text size="sm" mb="sm">
          Copy it now, and keep it with the receiver: every message is signed with it.
        </Text>
        <Copyable text={secret} what="the secret" />
      </Alert>
      <div>
        <Title order={2} size="h4" mb="xs">
          Check each message
        </Title>
        <Text size="sm" mb="xs">
          The signature is that of Standard Webhooks, which has libraries for many languages. In Node:
        </Text>
        <Copyable text={SNIPPET} what="the snippet" />
        <Text size="sm" c="dimmed" mt={4}>
          Answer with 2xx within 15 seconds, then work. The same message may come twice: its <Code>webhook-id</Code>{' '}
          tells.
        </Text>
      </div>
    </Stack>
  );
}

const SNIPPET = `import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.TOCSIN_WEBHOOK_SECRET);
// The body as it came, before anything parses it. Throws where it is not ours, or old.
const { type, timestamp, data } = webhook.verify(body, headers);`;
