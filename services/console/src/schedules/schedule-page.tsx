import { ActionIcon, Alert, Anchor, Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { Schedule, Shift, Shifts } from '../api/roster.ts';
import type { Me } from '../api/types.ts';
import { Refusal } from '../shell/refusal.tsx';
import { ScreenTitle } from '../shell/screen-title.tsx';
import { isAdmin } from '../words/is-admin.ts';
import { clockIn, ownZone } from '../words/zone.ts';
import { Agenda } from './agenda.tsx';
import { weeksFrom } from './calendar.ts';
import { CalendarWeek } from './calendar-week.tsx';
import { coloursOf } from './colours.ts';
import { OverrideForm, type Wanted } from './override-form.tsx';
import { OverridesList } from './overrides-list.tsx';

/** On a phone they are read one after the other. */
const WEEKS = { wide: 4, narrow: 2 };
const WEEK = 7 * 86_400_000;
const HOUR = 3_600_000;

/** Who is on call when in one schedule, on one's own clock or on the schedule's. */
export function SchedulePage({ id, me }: { id: string; me: Me }) {
  const path = `/schedules/${encodeURIComponent(id)}`;
  const schedule = useQuery({ queryKey: ['roster', 'schedules', id], queryFn: () => get<Schedule>(path) });
  if (!schedule.data && schedule.isError) {
    return <Refusal error={schedule.error} again={() => void schedule.refetch()} />;
  }
  if (!schedule.data) return <Skeleton h={320} radius="md" aria-label="Loading the schedule" />;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <div>
          <Anchor component={Link} href="/schedules" size="sm">
            Schedules
          </Anchor>
          <ScreenTitle>{schedule.data.name}</ScreenTitle>
        </div>
        {isAdmin(me) && (
          <Button component={Link} href={`${path}/edit`} variant="default">
            Edit rotations
          </Button>
        )}
      </Group>
      <Calendar schedule={schedule.data} me={me} />
    </Stack>
  );
}

function Calendar({ schedule, me }: { schedule: Schedule; me: Me }) {
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const [whose, setWhose] = useState<'own' | 'schedule'>('own');
  const [moved, setMoved] = useState(0);
  const [opened] = useState(() => Date.now());
  const [wanted, setWanted] = useState<Wanted>();
  const zone = whose === 'own' ? ownZone() : schedule.timeZone;
  const count = isNarrow ? WEEKS.narrow : WEEKS.wide;
  const weeks = weeksFrom(zone, opened + moved * WEEK, count);
  const period = {
    from: new Date(weeks[0]!.startsAt).toISOString(),
    until: new Date(weeks.at(-1)!.endsAt).toISOString(),
  };
  const shifts = useQuery({
    queryKey: ['roster', 'schedules', schedule.id, 'shifts', period],
    queryFn: () => get<Shifts>(`/schedules/${encodeURIComponent(schedule.id)}/shifts?${new URLSearchParams(period)}`),
    placeholderData: keepPreviousData,
  });
  const colourOf = coloursOf(schedule, shifts.data?.shifts ?? []);
  // Of the weeks that have begun, what is over needs nobody any more.
  const ahead = (all: Shifts): Shifts =>
    moved < 0 ? all : { ...all, shifts: all.shifts.filter(isAhead), gaps: all.gaps.filter(isAhead) };
  const isAhead = ({ endsAt }: { endsAt: string }) => Date.parse(endsAt) > opened;
  const mayChange = me.role !== 'observer';
  const cover = ({ startsAt, endsAt, shift }: { startsAt: number; endsAt: number; shift?: Shift }) =>
    setWanted({
      // Nobody can cover what is over.
      startsAt: Math.min(Math.max(startsAt, opened), endsAt),
      endsAt,
      rotationId: shift?.source.kind === 'rotation' && schedule.rotations.length > 1 ? shift.source.id : '',
      personId: me.personId,
    });
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <Group gap="xs">
          <ActionIcon variant="default" size="lg" aria-label="Earlier" onClick={() => setMoved(moved - count)}>
            <IconChevronLeft size={18} />
          </ActionIcon>
          <Button variant="default" size="sm" disabled={moved === 0} onClick={() => setMoved(0)}>
            Today
          </Button>
          <ActionIcon variant="default" size="lg" aria-label="Later" onClick={() => setMoved(moved + count)}>
            <IconChevronRight size={18} />
          </ActionIcon>
          {mayChange && (
            <Button
              size="sm"
              onClick={() =>
                setWanted({ startsAt: opened, endsAt: opened + HOUR, rotationId: '', personId: me.personId })
              }
            >
              New override
            </Button>
          )}
        </Group>
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {zone}
          </Text>
          {ownZone() !== schedule.timeZone && (
            <SegmentedControl
              size="sm"
              aria-label="Whose clock"
              value={whose}
              onChange={(value) => setWhose(value as typeof whose)}
              data={[
                { value: 'own', label: 'Your clock' },
                { value: 'schedule', label: 'Schedule’s clock' },
              ]}
            />
          )}
        </Group>
      </Group>
      {shifts.isError && <Refusal error={shifts.error} again={() => void shifts.refetch()} />}
      {shifts.isPending && <Skeleton h={320} radius="md" aria-label="Loading who is on call" />}
      {shifts.data && <Gaps shifts={ahead(shifts.data)} zone={zone} weeks={count} />}
      {shifts.data && isNarrow && (
        <Agenda shifts={ahead(shifts.data)} zone={zone} colourOf={colourOf} onCover={mayChange ? cover : undefined} />
      )}
      {shifts.data &&
        !isNarrow &&
        weeks.map((week) => (
          <CalendarWeek
            key={week.startsAt}
            week={week}
            shifts={shifts.data}
            rotationIds={schedule.rotations.map((one) => one.id)}
            zone={zone}
            colourOf={colourOf}
            onCover={mayChange ? cover : undefined}
          />
        ))}
      <OverridesList schedule={schedule} zone={zone} mayChange={mayChange} />
      {wanted && <OverrideForm schedule={schedule} wanted={wanted} onClose={() => setWanted(undefined)} />}
    </Stack>
  );
}

/** The first thing to know of some weeks. */
function Gaps({ shifts: { gaps }, zone, weeks }: { shifts: Shifts; zone: string; weeks: number }) {
  const [first] = gaps;
  if (!first) return null;
  const count = gaps.length === 1 ? 'There is a gap' : `There are ${gaps.length} gaps`;
  return (
    <Alert color="red" variant="light" title={`${count} in these ${weeks} weeks`}>
      {gaps.length === 1 ? 'Nobody' : 'First, nobody'} is on call from {clockIn(zone, Date.parse(first.startsAt))} until{' '}
      {clockIn(zone, Date.parse(first.endsAt))}.
    </Alert>
  );
}
