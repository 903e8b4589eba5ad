import { Alert, Button, Code, Group, Modal, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { post } from '../api/client.ts';
import type { NewApiKey } from '../api/keys.ts';
import type { Me, Role } from '../api/types.ts';
import { Copyable } from '../shell/copyable.tsx';
import { isAdmin } from '../words/is-admin.ts';

const ROLES: Role[] = ['observer', 'responder', 'admin', 'owner'];
const DAY_MS = 86_400_000;
const ENDS = [
  { value: '30', label: 'In 30 days' },
  { value: '365', label: 'In a year' },
  { value: '', label: 'Never' },
];

/** Makes a key and shows it this once, as what a shell needs. */
export function NewKey({ me, close }: { me: Me; close(): void }) {
  const queries = useQueryClient();
  const mayAll = isAdmin(me);
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('responder');
  const [asPerson, setAsPerson] = useState(true);
  const [readOnly, setReadOnly] = useState(false);
  const [days, setDays] = useState('365');
  const create = useMutation({
    mutationFn: (key: string) => {
      const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
      return post<NewApiKey>('/keys', { name, role, asPerson, readOnly, expiresAt }, key);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(crypto.randomUUID());
  };
  const frame = { opened: true, onClose: close, closeButtonProps: { 'aria-label': 'Close' } };
  if (create.data) {
    return (
      <Modal {...frame} title={create.data.key.name} size="lg" closeOnClickOutside={false}>
        <Stack>
          <Alert color="orange" variant="light" title="The key is shown this once" role="status">
            <Text size="sm" mb="sm">
              Copy it now, for the shell in which you call <Code>tocsin</Code>.
            </Text>
            <Copyable
              text={`export TOCSIN_URL=${window.location.origin}\nexport TOCSIN_API_KEY=${create.data.secret}`}
              what="the key"
            />
          </Alert>
          <Group justify="flex-end">
            <Button onClick={close}>I have the key</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <Modal {...frame} title="Make a key">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            description="What it is for."
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Select
            label="Role"
            allowDeselect={false}
            data={ROLES.slice(0, ROLES.indexOf(me.role) + 1)}
            value={role}
            onChange={(next) => setRole((next ?? 'observer') as Role)}
          />
          <Switch
            label="Acts as me: accepts and rejects in my name"
            description={
              me.personId === null && asPerson
                ? 'You are linked to nobody of the roster: it cannot answer until an admin links you.'
                : undefined
            }
            checked={asPerson}
            disabled={!mayAll}
            onChange={(event) => setAsPerson(event.currentTarget.checked)}
          />
          <Switch
            label="Reads only"
            checked={readOnly}
            onChange={(event) => setReadOnly(event.currentTarget.checked)}
          />
          <Select
            label="Ends"
            allowDeselect={false}
            data={ENDS}
            value={days}
            onChange={(next) => setDays(next ?? '365')}
          />
          {create.error && (
            <Text c="red" role="alert">
              {create.error.message}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
              Make it
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
