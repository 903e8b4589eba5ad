import { Alert, Card, Group, Select, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import type { DryRun, Policy } from '../api/roster.ts';
import { DryRunSteps } from './dry-run-steps.tsx';

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

/** What the rules beside it would do if nobody answered: who is paged when, on which channels, and who is skipped because. */
export function DryRunPanel({ policy }: { policy: Policy }) {
  const [severity, setSeverity] = useState('critical');
  const [at, setAt] = useState('');
  // The server runs the engine itself: not at each key that is pressed.
  const [asked] = useDebouncedValue({ policy: named(policy), severity, ...instantOf(at) }, 400);
  const isWritten = policy.catchAll.length > 0 && policy.layers.every(({ targets }) => targets.length > 0);
  const run = useQuery({
    queryKey: ['roster', 'dry-run', asked],
    queryFn: () => post<DryRun>('/policies/dry-run', asked),
    enabled: isWritten,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <Card
      withBorder
      padding="md"
      component="section"
      aria-label="Dry run"
      pos="sticky"
      top={72}
      mah={{ md: 'calc(100dvh - 88px)' }}
      style={{ overflow: 'auto' }}
      tabIndex={0}
    >
      <Title order={2} size="h4">
        Dry run
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        If an incident opened and nobody answered. Nobody is paged by looking.
      </Text>
      <Group grow mb="md" align="flex-start">
        <Select
          label="Severity"
          data={SEVERITIES}
          value={severity}
          allowDeselect={false}
          onChange={(value) => setSeverity(value ?? severity)}
        />
        <TextInput
          label="Opens at"
          description={at === '' ? 'Empty: now' : 'On your clock'}
          inputWrapperOrder={['label', 'input', 'description']}
          type="datetime-local"
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
      </Group>
      <Outcome run={run.data} error={isWritten ? run.error : null} isWritten={isWritten} />
    </Card>
  );
}

function Outcome({ run, error, isWritten }: { run: DryRun | undefined; error: Error | null; isWritten: boolean }) {
  if (!isWritten) return <Text c="dimmed">Each layer needs somebody to page, and so does the catch-all.</Text>;
  if (error) {
    return (
      <Alert color="red" variant="light" title="It cannot run like this">
        {error.message}
      </Alert>
    );
  }
  if (!run) return <Skeleton h={240} aria-label="Running" />;
  return (
    <Stack gap="md" aria-live="polite">
      <DryRunSteps run={run} />
    </Stack>
  );
}

/** A name is no rule: while it is still being written, the rules can run. */
function named(policy: Policy): Policy {
  return { ...policy, id: policy.id === '' ? 'new' : policy.id, name: policy.name.trim() === '' ? 'new' : policy.name };
}

function instantOf(local: string): { at?: string } {
  const at = new Date(local);
  return local === '' || Number.isNaN(at.getTime()) ? {} : { at: at.toISOString() };
}
