import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import { NIGHTS_IN_DEPTH, useInterruptedNights } from '../kpis/use-interrupted-nights.ts';

const MOST = 5;

/** Who is woken again and again: what whoever is on duty looks after before people leave. */
export function NightsCard() {
  const nights = useInterruptedNights();
  if (!nights) return null;
  return (
    <Card withBorder component="section" aria-label="Interrupted nights">
      <Title order={2} size="h4">
        Interrupted nights
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        In the last 30 days
      </Text>
      {nights.length === 0 ? (
        <Text>Everybody has slept.</Text>
      ) : (
        <Stack gap="xs">
          <Stack gap={4} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
            {nights.slice(0, MOST).map((one) => (
              <Group key={one.personId} component="li" justify="space-between" wrap="nowrap">
                <Text fw={500} truncate>
                  {one.name}
                </Text>
                <Text style={{ fontVariantNumeric: 'tabular-nums' }}>{one.nights}</Text>
              </Group>
            ))}
          </Stack>
          <Anchor component={Link} href={NIGHTS_IN_DEPTH} size="sm">
            {nights.length > MOST ? `All ${nights.length} people` : 'In depth'}
          </Anchor>
        </Stack>
      )}
    </Card>
  );
}
