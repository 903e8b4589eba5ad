import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { remove } from '../api/client.ts';
import type { Override, Schedule } from '../api/roster.ts';
import { useLookAgain, useNames } from '../roster/use-list.ts';
import { useNow } from '../words/use-now.ts';
import { clockIn } from '../words/zone.ts';
import { spanOf } from './calendar.ts';

/** The overrides that are not over, and a way to take each back. */
export function OverridesList({ schedule, zone, mayChange }: { schedule: Schedule; zone: string; mayChange: boolean }) {
  const now = useNow();
  const ahead = schedule.overrides
    .map((override) => ({ override, ...spanOf(override, schedule.timeZone) }))
    .filter(({ endsAt }) => endsAt > now)
    .sort((a, b) => a.startsAt - b.startsAt);
  return (
    <section aria-label="Overrides">
      <Title order={2} size="h4" mb="sm">
        Overrides
      </Title>
      {ahead.length === 0 && (
        <Text c="dimmed">
          None is planned{mayChange ? '. Choose a shift, or drag over some hours, to have somebody cover them.' : '.'}
        </Text>
      )}
      <Stack gap="xs">
        {ahead.map(({ override, startsAt, endsAt }) => (
          <OverrideLine
            key={override.id}
            override={override}
            times={`${clockIn(zone, startsAt)} to ${clockIn(zone, endsAt)}`}
            schedule={schedule}
            mayChange={mayChange}
          />
        ))}
      </Stack>
    </section>
  );
}

interface LineProps {
  override: Override;
  times: string;
  schedule: Schedule;
  mayChange: boolean;
}

function OverrideLine({ override, times, schedule, mayChange }: LineProps) {
  const nameOf = useNames();
  const lookAgain = useLookAgain();
  const name = nameOf('person', override.personId);
  const path = `/schedules/${encodeURIComponent(schedule.id)}/overrides/${encodeURIComponent(override.id)}`;
  const back = useMutation({
    mutationFn: () => remove(path),
    onSuccess: () =>
      notifications.show({ color: 'gray', title: 'Taken back', message: `${name}, ${times}`, withBorder: true }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not taken back', message: error.message, withBorder: true }),
    onSettled: () => lookAgain(),
  });
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed">
            {times}
            {override.rotationId === undefined ? '' : `, instead of rotation ${override.rotationId}`}
          </Text>
        </div>
        {mayChange && (
          <Button
            variant="default"
            size="xs"
            loading={back.isPending}
            onClick={() => back.mutate()}
            aria-label={`Take back the override of ${name}, ${times}`}
            style={{ flexShrink: 0 }}
          >
            Take back
          </Button>
        )}
      </Group>
    </Card>
  );
}
