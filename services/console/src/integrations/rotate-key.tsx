import { Alert, Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { postSeen, type Versioned } from '../api/client.ts';
import type { Integration, IntegrationKey } from '../api/integrations.ts';
import { KeyOnce } from './key-once.tsx';

const GRACES = [
  { value: '0', label: 'Not at all: it was seen by somebody' },
  { value: '60', label: 'For an hour' },
  { value: '1440', label: 'For a day' },
  { value: '10080', label: 'For a week' },
];

interface Props {
  path: string;
  seen: Versioned<Integration>;
  close(): void;
}

/** Gives it a new key; the old one opens for as long as it takes to change the sender. */
export function RotateKey({ path, seen, close }: Props) {
  const queries = useQueryClient();
  const [grace, setGrace] = useState('1440');
  const rotate = useMutation({
    mutationFn: () => postSeen<IntegrationKey>(`${path}/key`, { graceMinutes: Number(grace) }, seen.etag),
    onSettled: () => queries.invalidateQueries({ queryKey: ['integration', seen.value.id] }),
  });
  return (
    <Modal
      opened
      onClose={close}
      title={`A new key for ${seen.value.name}`}
      size="lg"
      closeOnClickOutside={!rotate.data}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {rotate.data ? (
        <Stack>
          <KeyOnce made={rotate.data} />
          <Group justify="flex-end">
            <Button onClick={close}>I have the key</Button>
          </Group>
        </Stack>
      ) : (
        <Stack>
          <Text>The sender has to be given the new key. Until then it may go on with the one that it has.</Text>
          <Select
            label="The old key opens"
            allowDeselect={false}
            data={GRACES}
            value={grace}
            onChange={(next) => setGrace(next ?? '1440')}
            data-autofocus
          />
          {seen.value.oldKeyUntil !== null && (
            <Alert color="orange" variant="light">
              There is an older key that still opens. It ends now: of two, the newer one stays.
            </Alert>
          )}
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
              Make a new key
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
