import { Button, Card, Center, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { post } from '../api/client.ts';

const TEXTS = {
  'set-up': { title: 'Set up Tocsin', words: 'You are the first: an owner, who invites the others.', path: '/setup' },
  invitation: { title: 'Welcome to Tocsin', words: 'Choose a password.', path: '/sign-in/invitation' },
} as const;

/** What a link opens that makes the first user, or that invites one. Its secret is behind `#`, and leaves the address at once. */
export function WelcomePage({ kind }: { kind: keyof typeof TEXTS }) {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [token] = useState(takeToken);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const { title, words, path } = TEXTS[kind];

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    setBusy(true);
    setProblem(undefined);
    try {
      await post(path, { token, ...fields });
      await queries.invalidateQueries({ queryKey: ['me'] });
      go('/', { replace: true });
    } catch (error) {
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
              {title}
            </Title>
            <Text>{words}</Text>
            {kind === 'set-up' && (
              <>
                <TextInput name="name" label="Your name" autoComplete="name" required maxLength={100} autoFocus />
                <TextInput name="email" type="email" label="E-mail" autoComplete="username" required />
              </>
            )}
            <PasswordInput name="password" label="Password" autoComplete="new-password" required />
            {problem && (
              <Text c="red" role="alert">
                {problem}
              </Text>
            )}
            <Button type="submit" loading={busy} size="md">
              Go on
            </Button>
          </Stack>
        </form>
      </Card>
    </Center>
  );
}

function takeToken(): string {
  const token = window.location.hash.slice(1);
  window.history.replaceState(null, '', window.location.pathname);
  return token;
}
