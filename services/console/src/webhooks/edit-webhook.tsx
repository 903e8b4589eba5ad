import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { get, patch } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import type { Webhooks } from '../api/webhooks.ts';
import type { DialogProps } from './dialog-props.ts';
import { bodyOf, isComplete, WebhookFields, type Wish } from './webhook-fields.tsx';

/** Changes where it leads and what it is told. Where somebody else was quicker, the server says so. */
export function EditWebhook({ path, seen: { value, etag }, close, changed }: DialogProps) {
  const known = useQuery({ queryKey: ['webhooks'], queryFn: () => get<Webhooks>('/webhooks') });
  const [wish, setWish] = useState<Wish>({
    name: value.name,
    url: value.url,
    types: value.types.length === 0 ? null : value.types,
  });
  const save = useMutation({
    mutationFn: () => patch(path, bodyOf(wish), etag),
    onSuccess: close,
    onSettled: changed,
  });
  const problem = save.error instanceof Problem ? save.error : null;
  const wrong = (field: string) => (problem?.field === field ? problem.message : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Modal opened onClose={close} title={`Change ${value.name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack>
          <WebhookFields
            value={wish}
            change={(some) => setWish({ ...wish, ...some })}
            types={known.data?.types ?? []}
            wrong={wrong}
          />
          {problem && !['name', 'url', 'types'].includes(problem.field ?? '') && (
            <Text c="red" role="alert">
              {problem.message}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!isComplete(wish)}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
