import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { remove } from '../api/client.ts';
import type { DialogProps } from './dialog-props.ts';

/** Asks first: what it was sent cannot be read afterwards. */
export function DeleteWebhook({ path, seen, close, changed }: DialogProps) {
  const [, go] = useLocation();
  const erase = useMutation({
    mutationFn: () => remove(path, seen.etag),
    onSuccess: async () => {
      await changed();
      go('/webhooks');
    },
  });
  return (
    <Modal opened onClose={close} title={`Delete ${seen.value.name}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text>It is told nothing more, and what it was sent can be read no more. To pause it, disable it instead.</Text>
        {erase.error && (
          <Text c="red" role="alert">
            {erase.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={erase.isPending} onClick={() => erase.mutate()}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
