import { Button, Card, Center, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { post } from '../api/client.ts';
import { Problem } from '../api/problem.ts';

/** What the first step comes to. */
type SignInStep = { next: 'nothing' } | { next: 'second-factor'; ticket: string };

/** A password, and a code where the account has a second step. */
export function SignInPage() {
  const queries = useQueryClient();
  const [ticket, setTicket] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { email, password, code } = Object.fromEntries(form) as Record<string, string>;
    setBusy(true);
    setProblem(undefined);
    try {
      if (ticket !== undefined) await post('/sign-in/second-factor', { ticket, code });
      else {
        const answer = await post<SignInStep>('/sign-in/password', { email, password });
        if (answer.next === 'second-factor') return setTicket(answer.ticket);
      }
      await queries.invalidateQueries({ queryKey: ['me'] });
    } catch (error) {
      // A step that is begun is good for five minutes; then it is begun again.
      if (error instanceof Problem && error.code === 'ticket-invalid') setTicket(undefined);
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Center mih="100dvh" p="md">
      <Card withBorder padding="xl" w="100%" maw={380} component="main">
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Title order={1} size="h2">
              Tocsin
            </Title>
            <TextInput name="email" type="email" label="E-mail" autoComplete="username" required autoFocus />
            <PasswordInput name="password" label="Password" autoComplete="current-password" required />
            {ticket !== undefined && (
              <TextInput
                name="code"
                label="Code"
                description="From your authenticator app, or a recovery code"
                autoComplete="one-time-code"
                inputMode="numeric"
                required
                autoFocus
              />
            )}
            {problem && (
              <Text c="red" role="alert">
                {problem}
              </Text>
            )}
            <Button type="submit" loading={busy} size="md">
              Sign in
            </Button>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
