import { Anchor, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { getVersioned } from '../api/client.ts';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import type { Area } from './use-list.ts';

export interface Loaded<T> {
  value: T;
  /** Null: it is new. */
  etag: string | null;
}

interface Props<T> {
  area: Area;
  /** Absent: a new one, beginning as `fresh`. */
  id: string | undefined;
  fresh: T;
  /** "policy": what one is called. */
  what: string;
  /** Where the list is, and what it is called. */
  list: { href: string; name: string };
  children: (loaded: Loaded<T>, reload: () => void) => ReactNode;
}

/** One thing of the roster by itself. It is loaded once for whoever edits it, and again only where they ask for that. */
export function ItemPage<T extends { id: string; name: string }>({ area, id, fresh, what, list, children }: Props<T>) {
  const [opened, setOpened] = useState(0);
  const item = useQuery({
    queryKey: ['item', area, id, opened],
    queryFn: () => getVersioned<T>(`/${area}/${encodeURIComponent(id ?? '')}`),
    enabled: id !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const loaded: Loaded<T> | undefined = id === undefined ? { value: fresh, etag: null } : item.data;
  // What is being edited stays, also where looking at it again fails.
  if (!loaded && item.isError) return <Refusal error={item.error} again={() => void item.refetch()} />;
  if (!loaded) return <Skeleton h={320} radius="md" aria-label="Loading" />;
  return (
    <Stack gap="md">
      <div>
        <Anchor component={Link} href={list.href} size="sm">
          {list.name}
        </Anchor>
        <ScreenTitle>{id === undefined ? `New ${what}` : loaded.value.name}</ScreenTitle>
      </div>
      <div key={`${id}/${opened}`}>{children(loaded, () => setOpened(opened + 1))}</div>
    </Stack>
  );
}
