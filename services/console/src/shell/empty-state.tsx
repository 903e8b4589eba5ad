import { Card, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Where there is nothing yet: why, and what one can do about it. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card withBorder padding="xl">
      <Stack align="center" gap="sm" py="lg" ta="center" maw={480} mx="auto">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Card>
  );
}
