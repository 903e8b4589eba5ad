import { Badge, Card, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import type { Shift, Shifts } from '../api/roster.ts';
import { useNow } from '../words/use-now.ts';
import { clockIn } from '../words/zone.ts';
import type { ColourOf } from './colours.ts';

interface Props {
  shifts: Shifts;
  zone: string;
  colourOf: ColourOf;
  onCover?: ((span: { startsAt: number; endsAt: number; shift?: Shift }) => void) | undefined;
}

/** The same as the calendar, one after the other: for narrow screens, and for who reads rather than looks. */
export function Agenda({ shifts, zone, colourOf, onCover }: Props) {
  const now = useNow();
  const all = [
    ...shifts.shifts.map((shift) => ({ ...times(shift), shift })),
    ...shifts.gaps.map((gap) => ({ ...times(gap), shift: undefined })),
  ].sort((a, b) => a.startsAt - b.startsAt || a.endsAt - b.endsAt);
  return (
    <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {all.map((one) => (
        <li key={`${one.startsAt} ${one.shift?.source.id ?? 'gap'}`}>
          <Line
            {...one}
            zone={zone}
            colourOf={colourOf}
            isNow={one.startsAt <= now && now < one.endsAt}
            onCover={onCover}
          />
        </li>
      ))}
    </Stack>
  );
}

interface LineProps extends Pick<Props, 'zone' | 'colourOf' | 'onCover'> {
  startsAt: number;
  endsAt: number;
  shift: Shift | undefined;
  isNow: boolean;
}

function Line({ startsAt, endsAt, shift, zone, isNow, colourOf, onCover }: LineProps) {
  const colour = shift ? colourOf(shift.person.id) : 'red';
  return (
    <Card withBorder padding="sm" style={{ borderLeft: `4px solid var(--mantine-color-${colour}-filled)` }}>
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Group gap="xs">
            <Text fw={600} {...(shift ? {} : { c: 'red' })}>
              {shift?.person.name ?? 'Nobody'}
            </Text>
            {isNow && <Badge variant="light">now</Badge>}
            {shift?.source.kind === 'override' && <Badge variant="default">override</Badge>}
          </Group>
          <Text size="sm" c="dimmed">
            {clockIn(zone, startsAt)} to {clockIn(zone, endsAt)}
          </Text>
        </div>
        {onCover && (
          <UnstyledButton
            onClick={() => onCover({ startsAt, endsAt, ...(shift ? { shift } : {}) })}
            c="var(--mantine-color-anchor)"
            fz="sm"
            fw={600}
            p="xs"
            aria-label={`Have somebody cover ${shift?.person.name ?? 'the gap'} from ${clockIn(zone, startsAt)}`}
          >
            Cover
          </UnstyledButton>
        )}
      </Group>
    </Card>
  );
}

function times({ startsAt, endsAt }: { startsAt: string; endsAt: string }) {
  return { startsAt: Date.parse(startsAt), endsAt: Date.parse(endsAt) };
}
