import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';
import { NIGHTS_IN_DEPTH, useInterruptedNights } from '../kpis/use-interrupted-nights.ts';

/** What being on call has cost somebody of late. */
export function NightsLine({ personId }: { personId: string }) {
  const all = useInterruptedNights();
  if (!all) return null;
  const nights = all.find((one) => one.personId === personId)?.nights ?? 0;
  if (nights === 0)
    return (
      <Text size="sm" c="dimmed">
        No page interrupted a night in the last 30 days.
      </Text>
    );
  return (
    <Text size="sm">
      <Text span inherit fw={600}>
        {nights === 1 ? 'One night' : `${nights} nights`}
      </Text>{' '}
      interrupted by pages in the last 30 days.{' '}
      <Anchor component={Link} href={NIGHTS_IN_DEPTH} size="sm" underline="always">
        Beside the others
      </Anchor>
    </Text>
  );
}
