import { Anchor, Badge, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import type { Me, OnCallSchedule } from '../api/types.ts';
import { isAdmin } from '../words/is-admin.ts';
import { clock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';

/** Am I on call, and who is. */
export function OnCallCard({ me }: { me: Me }) {
  const now = useNow();
  const onCall = useQuery({
    queryKey: ['on-call'],
    queryFn: () => get<{ items: OnCallSchedule[] }>('/on-call'),
    refetchInterval: 60_000,
  });
  if (onCall.isPending) return <Skeleton h={160} radius="md" aria-label="Loading who is on call" />;
  if (onCall.isError) return null;
  const mine = onCall.data.items.filter((one) => one.people.some((person) => person.id === me.personId));
  return (
    <Card withBorder component="section" aria-label="On call">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          On call
        </Title>
        {me.personId !== null && (
          <Badge color="green" variant={mine.length > 0 ? 'light' : 'default'}>
            {mine.length > 0 ? 'You are' : 'You are not'}
          </Badge>
        )}
      </Group>
      <Stack gap="sm">
        {onCall.data.items.length === 0 && (
          <Text>
            There is no schedule yet: whoever a policy names is paged at any hour.{' '}
            {isAdmin(me) && (
              <Anchor component={Link} href="/schedules" underline="always">
                Let people take turns
              </Anchor>
            )}
          </Text>
        )}
        {onCall.data.items.map(({ schedule, people }) => (
          <div key={schedule.id}>
            <Text size="sm" c="dimmed">
              {schedule.name}
            </Text>
            {people.length === 0 ? (
              <Text c="red" fw={600}>
                Nobody
              </Text>
            ) : (
              people.map((person) => (
                <Group key={person.id} justify="space-between" wrap="nowrap">
                  <Text fw={500} truncate>
                    {person.name}
                  </Text>
                  {person.until !== null && (
                    <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
                      until {clock(person.until, now)}
                    </Text>
                  )}
                </Group>
              ))
            )}
          </div>
        ))}
      </Stack>
    </Card>
  );
}
