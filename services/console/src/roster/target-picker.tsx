import { MultiSelect } from '@mantine/core';
import type { Target, TargetKind } from '../api/roster.ts';
import { useList } from './use-list.ts';

interface Props {
  label: string;
  description?: string;
  value: Target[];
  error?: string | undefined;
  readOnly?: boolean;
  onChange: (targets: Target[]) => void;
}

/** Who is paged: whoever is on call in a schedule, everybody of a team, somebody by name. */
export function TargetPicker({ value, onChange, ...rest }: Props) {
  const [schedules, teams, people] = [useList('schedules'), useList('teams'), useList('people')];
  const options = (kind: TargetKind, list: readonly { id: string; name: string }[] = []) =>
    list.map(({ id, name }) => ({ value: `${kind} ${id}`, label: name }));
  const groups = [
    { group: 'On call in a schedule', items: options('schedule', schedules.data) },
    { group: 'Everybody of a team', items: options('team', teams.data) },
    { group: 'Somebody by name', items: options('person', people.data) },
  ];
  const known = new Set(groups.flatMap(({ items }) => items.map((one) => one.value)));
  const chosen = value.map(({ kind, id }) => `${kind} ${id}`);
  // What is not in the lists (yet) is shown by its id, and not lost.
  const unknown = chosen.filter((one) => !known.has(one)).map((one) => ({ value: one, label: one }));
  return (
    <MultiSelect
      {...rest}
      data={unknown.length > 0 ? [...groups, { group: 'Not known', items: unknown }] : groups}
      searchable
      hidePickedOptions
      comboboxProps={{ shadow: 'md' }}
      placeholder={value.length === 0 ? 'Schedule, team or person' : ''}
      value={chosen}
      onChange={(picked) => onChange(picked.map(targetOf))}
    />
  );
}

function targetOf(text: string): Target {
  const [kind = '', id = ''] = text.split(' ');
  return { kind: kind as TargetKind, id };
}
