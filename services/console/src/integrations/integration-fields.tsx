import { Select, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Named } from '../api/types.ts';

/** What of an integration can be changed later. */
export interface Changeable {
  name: string;
  /** Empty: nobody's in particular. */
  teamId: string;
  drill: boolean;
}

interface Props {
  value: Changeable;
  change(wish: Partial<Changeable>): void;
  teams: readonly Named[];
  /** What the server said of a field. */
  wrong(field: string): string | undefined;
  /** Stands after the name. */
  children?: ReactNode;
}

export function IntegrationFields({ value: { name, teamId, drill }, change, teams, wrong, children }: Props) {
  return (
    <>
      <TextInput
        label="Name"
        description="As people know it."
        required
        maxLength={200}
        value={name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={wrong('name')}
      />
      {children}
      <Select
        label="Team"
        description="Whose its incidents are, where no route says otherwise."
        allowDeselect={false}
        data={[
          { value: '', label: 'Nobody’s in particular' },
          ...teams.map((one) => ({ value: one.id, label: one.name })),
        ]}
        value={teamId}
        onChange={(team) => change({ teamId: team ?? '' })}
        error={wrong('teamId')}
      />
      <Switch
        label="Drills: what it sends is marked, and kept out of the KPIs"
        checked={drill}
        onChange={(event) => change({ drill: event.currentTarget.checked })}
      />
    </>
  );
}
