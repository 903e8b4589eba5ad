import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import type { DialogProps } from './dialog-props.ts';

const HOUR = 3_600_000;
const SINCE = [
  { value: String(HOUR), label: 'of the last hour' },
  { value: String(24 * HOUR), label: 'of the last day' },
  { value: String(7 * 24 * HOUR), label: 'of the last week' },
  { value: String(31 * 24 * HOUR), label: 'all that is kept' },
];

/** Sends again what its receiver never got. */
export function ReplayFailed({ path, seen, close, changed }: DialogProps) {
  const [age, setAge] = useState(String(24 * HOUR));
  const replay = useMutation({
    mutationFn: (key: string) => {
      const since = new Date(Date.now() - Number(age)).toISOString();
      return post<{ replayed: number }>(`${path}/replay`, { since }, key);
    },
    onSuccess: ({ replayed }) => {
      close();
      notifications.show({
        color: 'green',
        title: replayed === 1 ? 'One message is on its way' : `${replayed} messages are on their way`,
        message: 'They come with the ids that they had.',
        withBorder: true,
      });
    },
    onSettled: changed,
  });
  return (
    <Modal
      opened
      onClose={close}
      title={`Send again to ${seen.value.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text>What was given up, and what was stopped when the webhook was disabled, is sent again.</Text>
        <Select
          label="Messages"
          allowDeselect={false}
          data={SINCE}
          value={age}
          onChange={(next) => setAge(next ?? SINCE[1]!.value)}
          data-autofocus
        />
        {replay.error && (
          <Text c="red" role="alert">
            {replay.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button loading={replay.isPending} onClick={() => replay.mutate(crypto.randomUUID())}>
            Send again
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
