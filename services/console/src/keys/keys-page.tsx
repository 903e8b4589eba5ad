import { Button, Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api/client.ts';
import type { ApiKey } from '../api/keys.ts';
import type { Me, Page } from '../api/types.ts';
import { EmptyState } from '../shell/empty-state.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import { useNow } from '../words/use-now.ts';
import { KeyRow } from './key-row.tsx';
import { NewKey } from './new-key.tsx';

/** Keys for the command line and for programs: the own ones, to an admin everybody's. */
export function KeysPage({ me }: { me: Me }) {
  const now = useNow();
  const [isMaking, setIsMaking] = useState(false);
  const keys = useInfiniteQuery({
    queryKey: ['keys'],
    queryFn: ({ pageParam }) => get<Page<ApiKey>>(`/keys?limit=200${pageParam ? `&cursor=${pageParam}` : ''}`),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (keys.isPending) return <Skeleton h={240} radius="md" aria-label="Loading the keys" />;
  if (keys.isError) return <Refusal error={keys.error} again={() => void keys.refetch()} />;
  const all = keys.data.pages.flatMap(({ items }) => items);
  const good = all.filter(({ revokedAt, expiresAt }) => !revokedAt && (!expiresAt || Date.parse(expiresAt) > now));
  const make = <Button onClick={() => setIsMaking(true)}>Make a key</Button>;
  return (
    <Stack gap="lg" maw={860}>
      <Group justify="space-between">
        <ScreenTitle>API keys</ScreenTitle>
        {good.length > 0 && make}
      </Group>
      {good.length === 0 ? (
        <EmptyState title="No key yet">
          <Text>
            With a key, <Code>tocsin accept</Code> answers from a terminal, and programs ask the API.
          </Text>
          {make}
        </EmptyState>
      ) : (
        <Stack gap="sm">
          {good.map((one) => (
            <KeyRow key={one.id} apiKey={one} me={me} />
          ))}
        </Stack>
      )}
      {keys.hasNextPage && (
        <Button variant="default" loading={keys.isFetchingNextPage} onClick={() => void keys.fetchNextPage()}>
          More
        </Button>
      )}
      {isMaking && <NewKey me={me} close={() => setIsMaking(false)} />}
    </Stack>
  );
}
