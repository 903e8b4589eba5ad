import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { get } from '../api/client.ts';
import type { Organisation, Person, Policy, Schedule, Target, Team } from '../api/roster.ts';
import type { Page } from '../api/types.ts';

interface Areas {
  people: Person;
  teams: Team;
  schedules: Schedule;
  policies: Policy;
}

export type Area = keyof Areas;

/** All of one kind: people pick from it, and names come from it. */
export function useList<A extends Area>(area: A) {
  return useQuery({ queryKey: ['roster', area], queryFn: () => all<Areas[A]>(`/${area}`) });
}

export function useOrganisation() {
  return useQuery({ queryKey: ['roster', 'organisation'], queryFn: () => get<Organisation>('/organisation') });
}

/** Everything of the roster is looked at again: one edit can change who is on call. */
export function useLookAgain(): () => Promise<void> {
  const queries: QueryClient = useQueryClient();
  return async () => {
    await Promise.all(['roster', 'item', 'on-call'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}

/** What a target is called; its id while that is not known. */
export type TargetName = (kind: Target['kind'], id: string) => string;

export function useNames(): TargetName {
  const people = useList('people').data;
  return useNamesBeside((id) => people?.find((one) => one.id === id)?.name ?? id);
}

/** The same where what people are called is known: the whole roster is not asked for. */
export function useNamesBeside(personName: (id: string) => string): TargetName {
  const lists = { team: useList('teams').data, schedule: useList('schedules').data };
  return (kind, id) => (kind === 'person' ? personName(id) : (lists[kind]?.find((one) => one.id === id)?.name ?? id));
}

async function all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<T> = await get(`${path}?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
