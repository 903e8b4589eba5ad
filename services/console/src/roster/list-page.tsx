import { Button, Group, Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Problem } from '../api/problem.ts';
import { EmptyState } from '../shell/empty-state.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import { BeginForm } from './begin-form.tsx';

interface Props<T> {
  title: string;
  list: UseQueryResult<T[]>;
  /** Who may make one. */
  add?: { href: string; name: string } | undefined;
  empty: { title: string; words: ReactNode };
  children: (items: T[]) => ReactNode;
}

/** All of one kind, or why there is none yet. */
export function ListPage<T>({ title, list, add, empty, children }: Props<T>) {
  const isNew = list.error instanceof Problem && list.error.code === 'organisation-unknown';
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <ScreenTitle>{title}</ScreenTitle>
        {add && !isNew && (
          <Button component={Link} href={add.href} variant="light">
            {add.name}
          </Button>
        )}
      </Group>
      {list.isPending && <Skeleton h={240} radius="md" aria-label={`Loading ${title.toLowerCase()}`} />}
      {isNew && add && <BeginForm />}
      {isNew && !add && (
        <EmptyState title="Nobody is here yet">An admin begins the organisation with somebody who is paged.</EmptyState>
      )}
      {list.isError && !isNew && <Refusal error={list.error} again={() => void list.refetch()} />}
      {list.data?.length === 0 && <EmptyState title={empty.title}>{empty.words}</EmptyState>}
      {list.data && list.data.length > 0 && children(list.data)}
    </Stack>
  );
}
