import { Button, Group, Modal, Stack, Table, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { post } from '../api/client.ts';
import type { Delivery } from '../api/webhooks.ts';
import { Copyable } from '../shell/copyable.tsx';
import { clock, wholeClock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { attemptWords, deliveryWords } from './webhook-words.ts';

interface Props {
  path: string;
  delivery: Delivery;
  canReplay: boolean;
  close(): void;
}

/** One message: every attempt with what came of it, and the body as it is sent. */
export function DeliveryDetail({ path, delivery, canReplay, close }: Props) {
  const now = useNow();
  const { id, type, incidentId, attempts, body, createdAt } = delivery;
  const { word, why } = deliveryWords(delivery, now);
  return (
    <Modal opened onClose={close} title={type} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        <div>
          <Text>
            <Text span inherit fw={600}>
              {word}
            </Text>
            {why !== '' && `: ${why}`}
          </Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {id} · {wholeClock(createdAt)}
          </Text>
        </div>
        <Group gap="sm">
          {canReplay && <Replay path={path} id={id} done={close} />}
          {incidentId !== null && (
            <Button component={Link} href={`/incidents/${incidentId}`} variant="default">
              Open the incident
            </Button>
          )}
        </Group>
        {attempts.length > 0 && (
          <div>
            <Title order={2} size="h5" mb={4}>
              Attempts
            </Title>
            <Table aria-label="Attempts" verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>At</Table.Th>
                  <Table.Th>What came of it</Table.Th>
                  <Table.Th ta="right">Took</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {attempts.map((one) => (
                  <Table.Tr key={one.at}>
                    <Table.Td style={{ whiteSpace: 'nowrap' }}>{clock(one.at, now)}</Table.Td>
                    <Table.Td>{attemptWords(one)}</Table.Td>
                    <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                      {one.latencyMs} ms
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
        <div>
          <Title order={2} size="h5" mb={4}>
            As it is sent
          </Title>
          <Copyable text={JSON.stringify(JSON.parse(body), null, 2)} what="the message" />
        </div>
      </Stack>
    </Modal>
  );
}

function Replay({ path, id, done }: { path: string; id: string; done(): void }) {
  const queries = useQueryClient();
  const replay = useMutation({
    mutationFn: (key: string) => post(`${path}/deliveries/${id}/replay`, {}, key),
    onSuccess: () => {
      done();
      notifications.show({
        color: 'green',
        title: 'On its way',
        message: 'With the id that it had.',
        withBorder: true,
      });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not sent', message: error.message, withBorder: true }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  return (
    <Button loading={replay.isPending} onClick={() => replay.mutate(crypto.randomUUID())}>
      Send again
    </Button>
  );
}
