import { Box, Group, Text, UnstyledButton } from '@mantine/core';
import type { Shift, Shifts } from '../api/roster.ts';
import { useNow } from '../words/use-now.ts';
import { clockIn, dayIn } from '../words/zone.ts';
import { type Bar, type Lane, lanesOf, type Week } from './calendar.ts';
import type { ColourOf } from './colours.ts';
import { useDragSpan } from './use-drag-span.ts';

interface Props {
  week: Week;
  shifts: Shifts;
  rotationIds: string[];
  zone: string;
  colourOf: ColourOf;
  /** Somebody is to take it over; absent where one may not. */
  onCover?: ((span: { startsAt: number; endsAt: number; shift?: Shift }) => void) | undefined;
}

const LABEL = 112;

/** A week as lines: who is on call by which rotation or override, and in red when nobody is. */
export function CalendarWeek({ week, shifts, rotationIds, zone, colourOf, onCover }: Props) {
  const now = useNow();
  const lanes = lanesOf(week, shifts, rotationIds);
  const share = (at: number) => (at - week.startsAt) / (week.endsAt - week.startsAt);
  return (
    <Box pos="relative" role="group" aria-label={`Week of ${dayIn(zone, week.startsAt, true)}`}>
      <Group gap={0} wrap="nowrap" pl={LABEL} mb={4}>
        {week.days.map((day, n) => {
          const isToday = day.startsAt <= now && now < day.endsAt;
          return (
            <Text
              key={day.startsAt}
              size="sm"
              fw={isToday ? 700 : 400}
              c={isToday ? 'var(--mantine-color-text)' : 'dimmed'}
              pl={6}
              style={{
                width: percent(share(day.endsAt) - share(day.startsAt)),
                borderLeft: '1px solid var(--mantine-color-default-border)',
              }}
            >
              {dayIn(zone, day.startsAt, n === 0)}
            </Text>
          );
        })}
      </Group>
      {lanes.map((lane) => (
        <LaneLine key={lane.key} {...{ lane, week, zone, colourOf, onCover, share }} />
      ))}
      {week.startsAt <= now && now < week.endsAt && (
        <Box
          aria-hidden
          pos="absolute"
          top={22}
          bottom={0}
          w={2}
          bg="var(--mantine-color-text)"
          style={{ left: `calc(${LABEL}px + (100% - ${LABEL}px) * ${share(now)})`, pointerEvents: 'none' }}
        />
      )}
    </Box>
  );
}

interface LaneProps extends Pick<Props, 'week' | 'zone' | 'colourOf' | 'onCover'> {
  lane: Lane;
  share: (at: number) => number;
}

function LaneLine({ lane, week, zone, colourOf, onCover, share }: LaneProps) {
  const { drag, handlers } = useDragSpan(week, zone, onCover);
  return (
    <Group gap={0} wrap="nowrap" mb={4}>
      <Text size="sm" w={LABEL} pr="xs" truncate c="dimmed" style={{ flexShrink: 0 }}>
        {lane.name}
      </Text>
      <Box pos="relative" h={32} style={{ flexGrow: 1, touchAction: 'pan-y', userSelect: 'none' }} {...handlers}>
        {week.days.map((day) => (
          <Box
            key={day.startsAt}
            pos="absolute"
            h="100%"
            style={{ left: percent(share(day.startsAt)), borderLeft: '1px solid var(--mantine-color-default-border)' }}
          />
        ))}
        {lane.bars.map((bar) => (
          <BarButton key={bar.key} {...{ bar, zone, colourOf, onCover }} />
        ))}
        {drag && (
          <Box
            pos="absolute"
            h="100%"
            style={{
              left: percent(share(drag.from)),
              width: percent(share(drag.to) - share(drag.from)),
              border: '2px solid var(--mantine-color-text)',
              borderRadius: 'var(--mantine-radius-sm)',
              pointerEvents: 'none',
            }}
          />
        )}
      </Box>
    </Group>
  );
}

function BarButton({ bar, zone, colourOf, onCover }: { bar: Bar } & Pick<Props, 'zone' | 'colourOf' | 'onCover'>) {
  const { left, width, shift, startsAt, endsAt } = bar;
  const colour = shift ? colourOf(shift.person.id) : 'red';
  const name = shift?.person.name ?? 'Nobody';
  const isOver = endsAt <= useNow();
  const said = `${name}, ${clockIn(zone, startsAt)} to ${clockIn(zone, endsAt)}`;
  const place = {
    left: `calc(${percent(left)} + 1px)`,
    width: `calc(${percent(width)} - 2px)`,
    background: shift ? `var(--mantine-color-${colour}-light)` : 'var(--mantine-color-red-9)',
    color: shift ? 'var(--mantine-color-text)' : 'var(--mantine-color-white)',
    borderLeft: `3px solid var(--mantine-color-${colour}-filled)`,
    borderRadius: 'var(--mantine-radius-sm)',
    overflow: 'hidden',
  };
  const text = (
    <Text span size="sm" fw={shift ? 500 : 700} truncate display="block" px={6} lh="32px">
      {name}
    </Text>
  );
  if (!onCover || isOver) {
    return (
      <Box pos="absolute" h="100%" style={place} title={said}>
        {text}
      </Box>
    );
  }
  return (
    <UnstyledButton
      pos="absolute"
      h="100%"
      style={place}
      title={said}
      aria-label={`${said}: have somebody cover it`}
      onClick={() => onCover({ startsAt, endsAt, ...(shift ? { shift } : {}) })}
    >
      {text}
    </UnstyledButton>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
