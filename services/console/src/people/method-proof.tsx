import { Button, Group, PinInput, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '../api/client.ts';
import type { ContactMethod, MessageState } from '../api/roster.ts';
import { sayState } from './message-words.ts';
import { VerifiedBadge } from './verified-badge.tsx';

const LOOK_EVERY_MS = 1_500;
/** After this long nothing more is to be expected of a provider. */
const LOOK_FOR_MS = 90_000;

interface Props {
  personId: string;
  method: ContactMethod;
  /** What the contact method is called: its channel and the end of its address. */
  name: string;
}

/** Proves that an address is the person's, by a code that goes there; and sends a test page to it. */
export function MethodProof({ personId, method, name }: Props) {
  const path = `/people/${encodeURIComponent(personId)}/contact-methods/${encodeURIComponent(method.id)}`;
  const [verifiedAt, setVerifiedAt] = useState(method.verifiedAt ?? null);
  const [code, setCode] = useState('');
  const send = useMutation({
    mutationFn: () => post<{ expiresAt: string; message: MessageState }>(`${path}/code`),
    onMutate: () => setCode(''),
  });
  const verify = useMutation({
    mutationFn: (said: string) => post<{ verifiedAt: string }>(`${path}/verify`, { code: said }),
    onSuccess: (now) => {
      setVerifiedAt(now.verifiedAt);
      send.reset();
    },
    onError: () => setCode(''),
  });
  const isWaiting = send.data !== undefined && !['refused', 'failed'].includes(send.data.message.state);
  const problem = verify.error ?? send.error;
  return (
    <Stack gap="xs">
      <Group gap={6}>
        <VerifiedBadge verifiedAt={verifiedAt} />
        {verifiedAt === null && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Send code to ${name}`}
            loading={send.isPending}
            onClick={() => {
              verify.reset();
              send.mutate();
            }}
          >
            Send code
          </Button>
        )}
        <TestPage path={path} name={name} />
      </Group>
      {send.data && (
        <Text size="sm" role="status">
          {isWaiting ? 'Type the code that arrives: it is good for ten minutes.' : sayState(send.data.message)}
        </Text>
      )}
      {isWaiting && verifiedAt === null && (
        <PinInput
          length={6}
          type="number"
          oneTimeCode
          autoFocus
          aria-label={`Digit of the code sent to ${name}`}
          value={code}
          disabled={verify.isPending}
          error={verify.isError}
          onChange={setCode}
          onComplete={(said) => verify.mutate(said)}
        />
      )}
      {problem && (
        <Text size="sm" c="red" role="alert">
          {problem.message}
        </Text>
      )}
    </Stack>
  );
}

function TestPage({ path, name }: { path: string; name: string }) {
  const test = useMutation({
    mutationFn: async () => {
      const sent = await post<{ testId: string; message: MessageState }>(`${path}/test`);
      return { ...sent, at: Date.now() };
    },
  });
  const sent = test.data;
  const now = useQuery({
    queryKey: ['contact-method-test', path, sent?.testId],
    queryFn: () => get<MessageState>(`${path}/tests/${sent?.testId}`),
    enabled: sent !== undefined,
    refetchInterval: ({ state: { data } }) =>
      isOpen(data ?? sent?.message) && Date.now() - (sent?.at ?? 0) < LOOK_FOR_MS ? LOOK_EVERY_MS : false,
  });
  const state = now.data ?? sent?.message;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Send test to ${name}`}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Send test
      </Button>
      {state && !test.isPending && (
        <Text size="sm" role="status" {...(state.state === 'refused' || state.state === 'failed' ? { c: 'red' } : {})}>
          {sayState(state)}
        </Text>
      )}
      {test.error && (
        <Text size="sm" c="red" role="alert">
          {test.error.message}
        </Text>
      )}
    </>
  );
}

function isOpen(message: MessageState | undefined): boolean {
  return message?.state === 'pending' || message?.state === 'sent';
}
