import { Card, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { Schedule } from '../api/roster.ts';
import type { Me, OnCallSchedule } from '../api/types.ts';
import { ListPage } from '../roster/list-page.tsx';
import { useList } from '../roster/use-list.ts';
import { isAdmin } from '../words/is-admin.ts';
import { clock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';

/** All schedules, with who is on call in each. */
export function SchedulesPage({ me }: { me: Me }) {
  const schedules = useList('schedules');
  const onCall = useQuery({
    queryKey: ['on-call'],
    queryFn: () => get<{ items: OnCallSchedule[] }>('/on-call'),
    refetchInterval: 60_000,
  });
  return (
    <ListPage
      title="Schedules"
      list={schedules}
      add={isAdmin(me) ? { href: '/schedules/-new', name: 'New schedule' } : undefined}
      empty={{ title: 'No schedules yet', words: 'A schedule says who is on call when: people take turns.' }}
    >
      {(all) => (
        <Stack gap="sm">
          {all.map((schedule) => (
            <ScheduleCard
              key={schedule.id}
              schedule={schedule}
              onCall={onCall.data?.items.find((one) => one.schedule.id === schedule.id)}
            />
          ))}
        </Stack>
      )}
    </ListPage>
  );
}

function ScheduleCard({ schedule, onCall }: { schedule: Schedule; onCall: OnCallSchedule | undefined }) {
  const now = useNow();
  const { id, name, timeZone, rotations } = schedule;
  return (
    <Card component={Link} href={`/schedules/${encodeURIComponent(id)}`} withBorder padding="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed">
            {[timeZone, ...rotations.map((one) => `rotation ${one.id}`)].join(' · ')}
          </Text>
        </div>
        <Stack gap={2} align="flex-end" style={{ flexShrink: 0 }}>
          {onCall?.people.length === 0 && (
            <Text c="red" fw={600}>
              Nobody
            </Text>
          )}
          {onCall?.people.map((person) => (
            <div key={`${person.id} ${person.because}`} style={{ textAlign: 'right' }}>
              <Text fw={500}>{person.name}</Text>
              {person.until !== null && (
                <Text size="sm" c="dimmed">
                  until {clock(person.until, now)}
                </Text>
              )}
            </div>
          ))}
        </Stack>
      </Group>
    </Card>
  );
}
