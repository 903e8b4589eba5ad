import { isDeepStrictEqual } from 'node:util';
import type { Organisation } from './organisation.ts';

export interface Change {
  kind: 'organisation' | 'person' | 'team' | 'schedule' | 'policy';
  id: string;
  action: 'create' | 'update' | 'delete';
  /** What differs, for "update". */
  fields: string[];
}

/** What it takes to make the present organisation the wanted one. The wanted one is the whole truth: what it leaves out goes. */
export function changesBetween(present: Organisation | null, wanted: Organisation): Change[] {
  return [
    ...changesOf('organisation', present ? [present.organisation] : [], [wanted.organisation]),
    ...changesOf('person', present?.people ?? [], wanted.people),
    ...changesOf('team', present?.teams ?? [], wanted.teams),
    ...changesOf('schedule', present?.schedules ?? [], wanted.schedules),
    ...changesOf('policy', present?.policies ?? [], wanted.policies),
  ];
}

function changesOf<T extends { id: string }>(kind: Change['kind'], present: T[], wanted: T[]): Change[] {
  const before = new Map(present.map((one) => [one.id, one]));
  const after = new Set(wanted.map(({ id }) => id));
  const written = wanted.flatMap((one): Change[] => {
    const old = before.get(one.id);
    if (!old) return [{ kind, id: one.id, action: 'create', fields: [] }];
    const fields = differing(old, one);
    return fields.length > 0 ? [{ kind, id: one.id, action: 'update', fields }] : [];
  });
  const gone = present.filter(({ id }) => !after.has(id));
  return [...written, ...gone.map(({ id }): Change => ({ kind, id, action: 'delete', fields: [] }))];
}

function differing<T extends object>(old: T, wanted: T): string[] {
  const keys = new Set([...Object.keys(old), ...Object.keys(wanted)]) as Set<keyof T & string>;
  return [...keys].filter((key) => !isDeepStrictEqual(old[key], wanted[key])).sort();
}
