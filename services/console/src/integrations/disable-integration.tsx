import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { remove, type Versioned } from '../api/client.ts';
import type { Integration } from '../api/integrations.ts';

interface Props {
  path: string;
  seen: Versioned<Integration>;
  close(): void;
}

/** Asks first: from then on its alerts page nobody. */
export function DisableIntegration({ path, seen, close }: Props) {
  const queries = useQueryClient();
  const disable = useMutation({
    mutationFn: () => remove(path, seen.etag),
    onSuccess: close,
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['integration', seen.value.id] });
      await queries.invalidateQueries({ queryKey: ['integrations'] });
    },
  });
  return (
    <Modal opened onClose={close} title={`Disable ${seen.value.name}?`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text>What it sends from now on is refused, and pages nobody. Incidents that are open stay open.</Text>
        {disable.error && (
          <Text c="red" role="alert">
            {disable.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={disable.isPending} onClick={() => disable.mutate()}>
            Disable
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
