import { Button, Text } from '@mantine/core';
import { Link } from 'wouter';
import { EmptyState } from '../shell/empty-state.tsx';

/** The best that this screen can say; and what somebody does here who has just begun. */
export function NothingOpen() {
  return (
    <EmptyState title="Nothing is open">
      <Text>What is sent appears here as it comes, while whoever is on call is paged.</Text>
      <Button component={Link} href="/integrations" variant="light">
        Who sends
      </Button>
    </EmptyState>
  );
}
