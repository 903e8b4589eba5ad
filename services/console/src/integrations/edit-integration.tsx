import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { get, patch, type Versioned } from '../api/client.ts';
import type { Integration, Integrations } from '../api/integrations.ts';
import { Problem } from '../api/problem.ts';
import { type Changeable, IntegrationFields } from './integration-fields.tsx';

interface Props {
  path: string;
  seen: Versioned<Integration>;
  close(): void;
}

/** Changes a sender's name and team. Where somebody else was quicker, the server says so. */
export function EditIntegration({ path, seen: { value, etag }, close }: Props) {
  const queries = useQueryClient();
  const known = useQuery({ queryKey: ['integrations'], queryFn: () => get<Integrations>('/integrations?limit=200') });
  const [wish, setWish] = useState<Changeable>({ name: value.name, teamId: value.team?.id ?? '', drill: value.drill });
  const save = useMutation({
    mutationFn: () => patch(path, { ...wish, teamId: wish.teamId || null }, etag),
    onSuccess: close,
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['integration', value.id] });
      await queries.invalidateQueries({ queryKey: ['integrations'] });
    },
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
          <IntegrationFields
            value={wish}
            change={(some) => setWish({ ...wish, ...some })}
            teams={known.data?.teams ?? (value.team ? [value.team] : [])}
            wrong={wrong}
          />
          {save.error && (
            <Text c="red" role="alert">
              {save.error.message}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={wish.name.trim() === ''}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
