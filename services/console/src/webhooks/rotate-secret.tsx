import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { postSeen } from '../api/client.ts';
import type { WebhookSecret } from '../api/webhooks.ts';
import type { DialogProps } from './dialog-props.ts';
import { SecretOnce } from './secret-once.tsx';

const GRACES = [
  { value: '0', label: 'Not at all: it was seen by somebody' },
  { value: '60', label: 'For an hour' },
  { value: '1440', label: 'For a day' },
  { value: '10080', label: 'For a week' },
];

/** Gives it a new secret; the old one signs too for as long as it takes to change the receiver. */
export function RotateSecret({ path, seen, close, changed }: DialogProps) {
  const [grace, setGrace] = useState('1440');
  const rotate = useMutation({
    mutationFn: () => postSeen<WebhookSecret>(`${path}/secret`, { graceMinutes: Number(grace) }, seen.etag),
    onSettled: changed,
  });
  return (
    <Modal
      opened
      onClose={close}
      title={`A new secret for ${seen.value.name}`}
      size="lg"
      closeOnClickOutside={!rotate.data}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {rotate.data ? (
        <Stack>
          <SecretOnce secret={rotate.data.secret} />
          <Group justify="flex-end">
            <Button onClick={close}>I have the secret</Button>
          </Group>
        </Stack>
      ) : (
        <Stack>
          <Text>The receiver has to be given the new secret. Until then messages can be signed with both.</Text>
          <Select
            label="The old secret signs too"
            allowDeselect={false}
            data={GRACES}
            value={grace}
            onChange={(next) => setGrace(next ?? '1440')}
            data-autofocus
          />
          {rotate.error && (
            <Text c="red" role="alert">
              {rotate.error.message}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
              Make a new secret
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
