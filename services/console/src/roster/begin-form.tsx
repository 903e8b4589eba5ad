import { Alert, Button, Card, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { get, post } from '../api/client.ts';
import type { Person, Policy, Target } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { errorsOf } from './use-draft.ts';
import { useLookAgain } from './use-list.ts';

const FIVE_MINUTES = 300_000;

/** Where an organisation begins: with somebody who is paged by text and by phone, until there is more. */
export function BeginForm() {
  const lookAgain = useLookAgain();
  const me = useQuery({ queryKey: ['me'], queryFn: () => get<Me>('/me'), staleTime: 5 * 60_000 }).data;
  const [organisation, setOrganisation] = useState(me?.organisationId ?? '');
  const [name, setName] = useState(me?.name ?? '');
  const [phone, setPhone] = useState('');
  const begin = useMutation({
    mutationFn: () => post('/organisation', firstOf(organisation, name, phone)),
    onSuccess: () => lookAgain(),
  });
  const errorAt = errorsOf(begin.error);
  const phoneError = errorAt('people[0].contactMethods');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate();
  };
  return (
    <Card withBorder padding="xl" maw={520}>
      <form onSubmit={submit} aria-label="Begin">
        <Stack gap="md">
          <div>
            <Title order={2} size="h4">
              Who is paged first?
            </Title>
            <Text size="sm" c="dimmed">
              Somebody has to be, from the beginning. Schedules, teams and more people come after.
            </Text>
          </div>
          <TextInput
            label="Organisation"
            required
            maxLength={200}
            value={organisation}
            error={errorAt('organisation.name')}
            onChange={(event) => setOrganisation(event.currentTarget.value)}
          />
          <TextInput
            label="Name of the first person"
            required
            maxLength={200}
            value={name}
            error={errorAt('people[0].name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="Mobile number"
            type="tel"
            required
            placeholder="+12125550123"
            value={phone}
            error={phoneError}
            onChange={(event) => setPhone(event.currentTarget.value)}
          />
          {begin.error && phoneError === undefined && (
            <Alert color="red" variant="light" title="Not begun" role="alert">
              {begin.error.message}
            </Alert>
          )}
          <Button type="submit" loading={begin.isPending}>
            Begin
          </Button>
          <Text size="sm" c="dimmed">
            Or apply a file of all of it: <code>npm run tocsin -- apply -f organisation.yaml</code>
          </Text>
        </Stack>
      </form>
    </Card>
  );
}

/** Logs and workflows hold people's ids, so it is not made of the name. */
const FIRST_PERSON = 'person-1';

function firstOf(organisation: string, name: string, phone: string) {
  const target: Target = { kind: 'person', id: FIRST_PERSON };
  const policy: Policy = {
    id: 'default',
    name: 'Default',
    layers: [{ targets: [target], tryForMs: FIVE_MINUTES }],
    rounds: 1,
    catchAll: [target],
    catchAllEveryMs: FIVE_MINUTES,
    ackTimeoutMs: 0,
  };
  const person: Person = {
    id: FIRST_PERSON,
    name,
    locale: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    contactMethods: (['sms', 'voice'] as const).map((channel) => ({
      id: `${FIRST_PERSON}-${channel}`,
      channel,
      address: phone.replaceAll(/[\s()-]/g, ''),
    })),
    rules: { high: [], low: [] },
  };
  return { name: organisation, defaultPolicyId: policy.id, people: [person], policies: [policy] };
}
