import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { remove } from '../api/client.ts';
import type { ApiKey } from '../api/keys.ts';
import type { Me } from '../api/types.ts';
import { duration } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** One key: what it may, when it was used, and its end, which is asked for twice. */
export function KeyRow({ apiKey, me }: { apiKey: ApiKey; me: Me }) {
  const { id, name, role, readOnly, asPerson, createdBy, lastUsedAt, expiresAt } = apiKey;
  const now = useNow();
  const queries = useQueryClient();
  const [isSure, setIsSure] = useState(false);
  const revoke = useMutation({
    mutationFn: () => remove(`/keys/${id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  const facts = [
    role,
    createdBy === me.id ? 'yours' : 'somebody else’s',
    // It is known to the hour.
    lastUsedAt === null ? 'never used' : `used ${agoByTheHour(now - Date.parse(lastUsedAt))}`,
    expiresAt === null ? 'without an end' : `until ${day.format(new Date(expiresAt))}`,
  ];
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} miw={0}>
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
            {asPerson && <Badge variant="outline">acts as its maker</Badge>}
            {readOnly && (
              <Badge variant="outline" color="gray">
                reads only
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {facts.join(' · ')}
          </Text>
          {revoke.error && (
            <Text size="sm" c="red" role="alert">
              {revoke.error.message}
            </Text>
          )}
        </Stack>
        {isSure ? (
          <Group gap="xs">
            <Button variant="default" onClick={() => setIsSure(false)}>
              Keep it
            </Button>
            <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
              Revoke for good
            </Button>
          </Group>
        ) : (
          <Button variant="default" onClick={() => setIsSure(true)} aria-label={`Revoke ${name}`}>
            Revoke
          </Button>
        )}
      </Group>
    </Card>
  );
}

function agoByTheHour(ms: number): string {
  return ms < 2 * 3_600_000 ? 'within two hours' : `${duration(ms)} ago`;
}
