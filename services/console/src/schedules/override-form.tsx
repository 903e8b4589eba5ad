import { Alert, Button, Group, Modal, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { post } from '../api/client.ts';
import type { Override, Schedule } from '../api/roster.ts';
import { errorsOf } from '../roster/use-draft.ts';
import { useList, useLookAgain } from '../roster/use-list.ts';
import { clockIn, localText, ownZone } from '../words/zone.ts';
import { spanOf } from './calendar.ts';

export interface Wanted {
  startsAt: number;
  endsAt: number;
  /** Whom it replaces first of all; empty: everybody. */
  rotationId: string;
  /** Who suggests themselves. */
  personId: string | null;
}

interface Props {
  schedule: Schedule;
  wanted: Wanted;
  onClose: () => void;
}

/** Puts one person in the place of others for a while. Times are the schedule's own, and said on the viewer's clock as well. */
export function OverrideForm({ schedule, wanted, onClose }: Props) {
  const { id, timeZone, rotations } = schedule;
  const lookAgain = useLookAgain();
  const people = useList('people');
  const [personId, setPersonId] = useState(wanted.personId);
  const [from, setFrom] = useState(localText(timeZone, wanted.startsAt));
  const [until, setUntil] = useState(localText(timeZone, wanted.endsAt));
  const [rotationId, setRotationId] = useState(wanted.rotationId);
  const made = useMutation({
    mutationFn: (key: string) =>
      post<Override>(
        `/schedules/${encodeURIComponent(id)}/overrides`,
        { personId, from, until, ...(rotationId === '' ? {} : { rotationId }) },
        key,
      ),
    retry: 2,
    onSuccess: () => {
      const name = people.data?.find((one) => one.id === personId)?.name ?? personId;
      notifications.show({ color: 'green', title: 'It holds', message: `${name} is on call then.`, withBorder: true });
      void lookAgain();
      onClose();
    },
  });
  const errorAt = errorsOf(made.error);
  const isSaid = ['personId', 'from', 'until', 'rotationId'].some((field) => errorAt(field) !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    made.mutate(crypto.randomUUID());
  };
  return (
    <Modal opened onClose={onClose} title={`Override in ${schedule.name}`} centered>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Select
            label="Who is on call instead"
            data={(people.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
            searchable
            required
            data-autofocus
            openOnFocus={false}
            value={personId}
            error={errorAt('personId')}
            onChange={setPersonId}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              type="datetime-local"
              label="From"
              required
              value={from}
              error={errorAt('from')}
              onChange={(event) => setFrom(event.currentTarget.value)}
            />
            <TextInput
              type="datetime-local"
              label="Until"
              required
              value={until}
              error={errorAt('until')}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            On the clock of {timeZone}.{timeZone === ownZone() ? '' : ` ${onOwnClock(from, until, timeZone)}`}
          </Text>
          {rotations.length > 1 && (
            <Select
              label="Instead of"
              data={[
                { value: '', label: 'Everybody of the schedule' },
                ...rotations.map((one) => ({ value: one.id, label: `Rotation ${one.id}` })),
              ]}
              allowDeselect={false}
              value={rotationId}
              error={errorAt('rotationId')}
              onChange={(value) => setRotationId(value ?? '')}
            />
          )}
          {made.error && !isSaid && (
            <Alert color="red" variant="light" title="Not made" role="alert">
              {made.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={made.isPending}>
              Make the override
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function onOwnClock(from: string, until: string, zone: string): string {
  const { startsAt, endsAt } = spanOf({ from, until }, zone);
  if (Number.isNaN(startsAt) || Number.isNaN(endsAt)) return '';
  return `On yours: ${clockIn(ownZone(), startsAt)} to ${clockIn(ownZone(), endsAt)}.`;
}
