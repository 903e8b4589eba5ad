import { Button, Card, Center, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { post } from '../api/client.ts';
import { Problem } from '../api/problem.ts';

/** A password, and a code where the account has a second step. */
export function SignInPage() {
  const queries = useQueryClient();
  const [needsCode, setNeedsCode] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { email, password, code } = Object.fromEntries(form) as Record<string, string>;
    setBusy(true);
    setProblem(undefined);
    try {
      await post('/session', { email, password, ...(code ? { code } : {}) });
      await queries.invalidateQueries({ queryKey: ['me'] });
    } catch (error) {
      if (error instanceof Problem && error.code === 'second-factor-required') setNeedsCode(true);
      else setProblem((error as Error).message);
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
            {needsCode && (
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
