import { Anchor, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { get, post } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import type { WebhookSecret, Webhooks } from '../api/webhooks.ts';
import { Refusal } from '../shell/refusal.tsx';
import { SecretOnce } from './secret-once.tsx';
import { bodyOf, isComplete, WebhookFields, type Wish } from './webhook-fields.tsx';

/** Making a webhook: where it leads and what it is told, then its secret, once. */
export function NewWebhookPage() {
  const [made, setMade] = useState<WebhookSecret | null>(null);
  const known = useQuery({ queryKey: ['webhooks'], queryFn: () => get<Webhooks>('/webhooks') });
  if (made) return <Made made={made} />;
  if (known.isPending) return <Skeleton h={320} radius="md" aria-label="Loading the types of messages" />;
  if (known.isError) return <Refusal error={known.error} again={() => void known.refetch()} />;
  return <NewWebhookForm known={known.data} done={setMade} />;
}

function Made({ made: { webhook, secret } }: { made: WebhookSecret }) {
  return (
    <Stack gap="lg" maw={760}>
      <Title order={1} size="h2">
        {webhook.name} is told from now on
      </Title>
      <SecretOnce secret={secret} />
      <Group>
        <Button component={Link} href={`/webhooks/${webhook.id}`}>
          I have the secret
        </Button>
      </Group>
    </Stack>
  );
}

function NewWebhookForm({ known, done }: { known: Webhooks; done(made: WebhookSecret): void }) {
  const queries = useQueryClient();
  const [wish, setWish] = useState<Wish>({ name: '', url: '', types: null });
  const create = useMutation({
    mutationFn: (key: string) => post<WebhookSecret>('/webhooks', bodyOf(wish), key),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      done(made);
    },
  });
  const problem = create.error instanceof Problem ? create.error : null;
  const wrong = (field: string) => (problem?.field === field ? problem.message : undefined);
  const isNamed = ['name', 'url', 'types'].some((field) => wrong(field));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(crypto.randomUUID());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={560}>
        <div>
          <Anchor component={Link} href="/webhooks" size="sm">
            Webhooks
          </Anchor>
          <Title order={1} size="h2">
            New webhook
          </Title>
        </div>
        <WebhookFields
          value={wish}
          change={(some) => setWish({ ...wish, ...some })}
          types={known.types}
          wrong={wrong}
        />
        {create.error && !isNamed && (
          <Text c="red" role="alert">
            {create.error.message}
          </Text>
        )}
        <Group>
          <Button type="submit" loading={create.isPending} disabled={!isComplete(wish)}>
            Make the webhook
          </Button>
          <Button component={Link} href="/webhooks" variant="default">
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
