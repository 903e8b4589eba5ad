import { Button, Select, Stack } from '@mantine/core';
import type { FormEvent } from 'react';
import { useLocation } from 'wouter';
import type { Rotation, Schedule } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { DraftBar } from '../roster/draft-bar.tsx';
import { ItemPage, type Loaded } from '../roster/item-page.tsx';
import { NameFields } from '../roster/name-fields.tsx';
import { useDraft } from '../roster/use-draft.ts';
import { Refusal } from '../shell/refusal.tsx';
import { isAdmin } from '../words/is-admin.ts';
import { localText, ownZone } from '../words/zone.ts';
import { RotationCard } from './rotation-card.tsx';

const ZONES = Intl.supportedValuesOf('timeZone');

/** A schedule's zone and its rotations: who takes turns, how long, from when on. */
export function ScheduleEditPage({ id, me }: { id: string | undefined; me: Me }) {
  if (!isAdmin(me))
    return <Refusal error={new Error('Rotations are for admins. Anybody who is on call may override.')} />;
  const fresh: Schedule = { id: '', name: '', timeZone: ownZone(), rotations: [], overrides: [] };
  return (
    <ItemPage area="schedules" id={id} fresh={fresh} what="schedule" list={{ href: '/schedules', name: 'Schedules' }}>
      {(loaded, reload) => <Editing loaded={loaded} reload={reload} />}
    </ItemPage>
  );
}

function Editing({ loaded, reload }: { loaded: Loaded<Schedule>; reload: () => void }) {
  const [, go] = useLocation();
  const draft = useDraft<Schedule>('schedules', {
    loaded,
    onMade: (made) => go(`/schedules/${encodeURIComponent(made.id)}`, { replace: true }),
    onGone: () => go('/schedules'),
  });
  const { timeZone, rotations } = draft.draft;
  const setRotations = (next: Rotation[]) => draft.change({ rotations: next });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    draft.save();
  };
  return (
    <form onSubmit={submit} aria-label="Schedule">
      <Stack gap="md" maw={640}>
        <NameFields draft={draft} />
        <Select
          label="Time zone"
          description="All times of the rotations and overrides are on this clock, in summer and in winter"
          data={ZONES.includes(timeZone) ? ZONES : [timeZone, ...ZONES]}
          searchable
          allowDeselect={false}
          value={timeZone}
          error={draft.errorAt('timeZone')}
          onChange={(value) => draft.change({ timeZone: value ?? timeZone })}
        />
        {rotations.map((rotation, at) => (
          <RotationCard
            key={at}
            at={at}
            rotation={rotation}
            errorAt={draft.errorAt}
            onChange={(next) => setRotations(rotations.with(at, next))}
            onRemove={() => setRotations(rotations.toSpliced(at, 1))}
          />
        ))}
        <Button variant="default" onClick={() => setRotations([...rotations, freshRotation(rotations, timeZone)])}>
          Add a rotation
        </Button>
        <DraftBar draft={draft} what="schedule" reload={reload} />
      </Stack>
    </form>
  );
}

function freshRotation(others: Rotation[], timeZone: string): Rotation {
  const names = ['weekly', ...others.map((_, n) => `rotation-${n + 2}`)];
  return {
    id: names.find((name) => others.every((one) => one.id !== name)) ?? `rotation-${others.length + 1}`,
    every: 'week',
    length: 1,
    handoffTime: '09:00',
    anchorDate: localText(timeZone, Date.now()).slice(0, 10),
    memberIds: [],
    restrictions: [],
  };
}
