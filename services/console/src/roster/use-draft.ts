import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { create, put, remove, type Versioned } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { type Area, useLookAgain } from './use-list.ts';

interface Options<T> {
  /** What is edited, as it was when the form opened; without an etag it is new. */
  loaded: { value: T; etag: string | null };
  /** After it was made, and after it was deleted. */
  onMade: (value: T) => void;
  onGone: () => void;
}

/**
 * One thing of the roster while somebody edits it. What others do meanwhile does not touch the draft: saving says which version was
 * seen, and where that is an old one the server refuses.
 */
export function useDraft<T extends { id: string; name: string }>(area: Area, { loaded, onMade, onGone }: Options<T>) {
  const lookAgain = useLookAgain();
  const [draft, setDraft] = useState(loaded.value);
  const [saved, setSaved] = useState(loaded);
  const path = `/${area}/${encodeURIComponent(saved.value.id)}`;

  const save = useMutation({
    mutationFn: (): Promise<Versioned<T>> =>
      saved.etag === null ? create<T>(`/${area}`, draft) : put<T>(path, draft, saved.etag),
    onSuccess: (now) => {
      notifications.show({ color: 'green', title: 'Saved', message: now.value.name, withBorder: true });
      const isNew = saved.etag === null;
      setDraft(now.value);
      setSaved(now);
      void lookAgain();
      if (isNew) onMade(now.value);
    },
  });
  const del = useMutation({
    mutationFn: () => remove(path, saved.etag ?? ''),
    onSuccess: () => {
      notifications.show({ color: 'gray', title: 'Deleted', message: saved.value.name, withBorder: true });
      void lookAgain();
      onGone();
    },
  });
  const problem = save.error ?? del.error;
  return {
    draft,
    saved: saved.value,
    /** What is different from what was saved last. */
    change: (fields: Partial<T>) => setDraft((before) => ({ ...before, ...fields })),
    isNew: saved.etag === null,
    isChanged: JSON.stringify(draft) !== JSON.stringify(saved.value),
    save: () => {
      del.reset();
      save.mutate();
    },
    remove: () => {
      save.reset();
      del.mutate();
    },
    busy: save.isPending ? ('save' as const) : del.isPending ? ('remove' as const) : null,
    problem,
    isOutdated: problem instanceof Problem && problem.status === 412,
    errorAt: errorsOf(problem),
  };
}

export type Draft<T extends { id: string; name: string }> = ReturnType<typeof useDraft<T>>;

/** What is wrong with a field: the API names all of them, as "rounds: must be at least 1; name: must not be empty". */
export function errorsOf(problem: unknown): (field: string) => string | undefined {
  if (!(problem instanceof Problem) || problem.status !== 400) return () => undefined;
  const found = new Map<string, string>();
  for (const part of problem.message.split('; ')) {
    const [, field, message] = /^([\w.[\]]+): (.+)$/.exec(part) ?? [];
    if (field !== undefined && message !== undefined && !found.has(field)) found.set(field, message);
  }
  // A list's own field stands for what is wrong inside of it.
  return (field) => found.get(field) ?? [...found].find(([name]) => name.startsWith(`${field}[`))?.[1];
}
