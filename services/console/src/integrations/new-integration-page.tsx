import { Anchor, Button, Group, Radio, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { get, post } from '../api/client.ts';
import type { IntegrationKey, Integrations } from '../api/integrations.ts';
import { Problem } from '../api/problem.ts';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import { Events } from './events.tsx';
import { type Changeable, IntegrationFields } from './integration-fields.tsx';
import { KeyOnce } from './key-once.tsx';
import { sourceWords } from './snippets.ts';

/** Connecting a source, in one go: what it is, its key with a snippet to paste, and its first event as it arrives. */
export function NewIntegrationPage() {
  const [made, setMade] = useState<IntegrationKey | null>(null);
  const known = useQuery({ queryKey: ['integrations'], queryFn: () => get<Integrations>('/integrations?limit=200') });
  if (made) return <Connected made={made} />;
  if (known.isPending) return <Skeleton h={320} radius="md" aria-label="Loading the sources" />;
  if (known.isError) return <Refusal error={known.error} again={() => void known.refetch()} />;
  return <ConnectForm known={known.data} done={setMade} />;
}

function Connected({ made }: { made: IntegrationKey }) {
  const { id, name } = made.integration;
  return (
    <Stack gap="lg" maw={760}>
      <ScreenTitle>{`${name} is connected`}</ScreenTitle>
      <KeyOnce made={made} />
      <div>
        <Title order={2} size="h4" mb="xs">
          What arrives
        </Title>
        <Events id={id} />
      </div>
      <Group>
        <Button component={Link} href={`/integrations/${encodeURIComponent(id)}`} variant="default">
          I have the key
        </Button>
      </Group>
    </Stack>
  );
}

function ConnectForm({ known, done }: { known: Integrations; done(made: IntegrationKey): void }) {
  const queries = useQueryClient();
  const [wish, setWish] = useState<Changeable>({ name: '', teamId: '', drill: false });
  const [ownId, setOwnId] = useState<string | null>(null);
  const [source, setSource] = useState(known.sources[0] ?? 'generic');
  const { name, teamId } = wish;
  const id = ownId ?? idFrom(name);
  const create = useMutation({
    mutationFn: (key: string) =>
      post<IntegrationKey>('/integrations', { ...wish, id, source, teamId: teamId || null }, key),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['integrations'] });
      done(made);
    },
  });
  const problem = create.error instanceof Problem ? create.error : null;
  const wrong = (field: string) => (problem?.field?.endsWith(field) ? problem.message : undefined);
  const isNamed = ['id', 'name', 'teamId'].some((field) => wrong(field));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(crypto.randomUUID());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={560}>
        <div>
          <Anchor component={Link} href="/integrations" size="sm">
            Integrations
          </Anchor>
          <ScreenTitle>Connect a source</ScreenTitle>
        </div>
        <Radio.Group label="What sends" value={source} onChange={setSource}>
          <Stack gap="xs" mt={4}>
            {known.sources.map((one) => {
              const words = sourceWords(one);
              return (
                <Radio.Card key={one} value={one} p="sm" withBorder radius="md">
                  <Group wrap="nowrap" align="flex-start">
                    <Radio.Indicator />
                    <div>
                      <Text fw={600}>{words.name}</Text>
                      <Text size="sm" c="dimmed">
                        {words.description}
                      </Text>
                    </div>
                  </Group>
                </Radio.Card>
              );
            })}
          </Stack>
        </Radio.Group>
        <IntegrationFields
          value={wish}
          change={(some) => setWish({ ...wish, ...some })}
          teams={known.teams}
          wrong={wrong}
        >
          <TextInput
            label="Id"
            description="Stands in the log and in files; it stays."
            required
            maxLength={100}
            value={id}
            onChange={(event) => setOwnId(event.currentTarget.value)}
            error={wrong('id')}
          />
        </IntegrationFields>
        {create.error && !isNamed && (
          <Text c="red" role="alert">
            {create.error.message}
          </Text>
        )}
        <Group>
          <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || id === ''}>
            Connect
          </Button>
          <Button component={Link} href="/integrations" variant="default">
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** "Main SIEM (EU)" is `main-siem-eu`. */
function idFrom(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
}
