import {
  ActionIcon,
  Button,
  Card,
  Chip,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { Rotation, Weekday } from '../api/roster.ts';
import { PeopleOrder } from '../roster/people-order.tsx';

interface Props {
  at: number;
  rotation: Rotation;
  errorAt: (field: string) => string | undefined;
  onChange: (rotation: Rotation) => void;
  onRemove: () => void;
}

/** Who takes turns, how long a turn is, and when the rotation is on duty at all. */
export function RotationCard({ at, rotation, errorAt, onChange, onRemove }: Props) {
  const { id, every, length, handoffTime, anchorDate, memberIds, restrictions } = rotation;
  const change = (fields: Partial<Rotation>) => onChange({ ...rotation, ...fields });
  const error = (field: string) => errorAt(`rotations[${at}].${field}`);
  const name = `Rotation ${at + 1}`;
  return (
    <Card withBorder padding="md" component="section" aria-label={name}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {name}
        </Title>
        <ActionIcon variant="subtle" color="red" size="lg" aria-label={`Remove ${name}`} onClick={onRemove}>
          <IconTrash size={18} />
        </ActionIcon>
      </Group>
      <Stack gap="sm">
        <TextInput
          label="Id"
          required
          maxLength={100}
          value={id}
          error={error('id')}
          onChange={(event) => change({ id: event.currentTarget.value })}
        />
        <SimpleGrid cols={2}>
          <NumberInput
            label="A turn lasts"
            min={1}
            max={366}
            allowDecimal={false}
            value={length}
            error={error('length')}
            onChange={(value) => change({ length: Number(value) })}
          />
          <Select
            label="Days or weeks"
            data={[
              { value: 'day', label: length === 1 ? 'day' : 'days' },
              { value: 'week', label: length === 1 ? 'week' : 'weeks' },
            ]}
            allowDeselect={false}
            value={every}
            onChange={(value) => change({ every: value === 'day' ? 'day' : 'week' })}
          />
          <TextInput
            type="time"
            label="Handoff at"
            required
            value={handoffTime}
            error={error('handoffTime')}
            onChange={(event) => change({ handoffTime: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="First turn begins on"
            required
            value={anchorDate}
            error={error('anchorDate')}
            onChange={(event) => change({ anchorDate: event.currentTarget.value })}
          />
        </SimpleGrid>
        <PeopleOrder
          label={`Turns of ${name.toLowerCase()}`}
          description="Each after the other, from the top"
          value={memberIds}
          error={error('memberIds')}
          onChange={(ids) => change({ memberIds: ids })}
        />
        <Hours restrictions={restrictions} error={error} onChange={(next) => change({ restrictions: next })} />
      </Stack>
    </Card>
  );
}

const DAYS: Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

interface HoursProps {
  restrictions: Rotation['restrictions'];
  error: (field: string) => string | undefined;
  onChange: (restrictions: Rotation['restrictions']) => void;
}

function Hours({ restrictions, error, onChange }: HoursProps) {
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        On duty {restrictions.length === 0 ? 'always' : 'only'}
      </Text>
      {restrictions.map((one, at) => (
        <Card key={at} withBorder padding="sm" role="group" aria-label={`Hours ${at + 1}`}>
          <Chip.Group
            multiple
            value={one.days}
            onChange={(days) => onChange(restrictions.with(at, { ...one, days: inOrder(days) }))}
          >
            <Group gap={4} mb="xs">
              {DAYS.map((day) => (
                <Chip key={day} value={day} size="xs">
                  {day}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <Group align="flex-end" wrap="nowrap" gap="xs">
            <TextInput
              type="time"
              label="From"
              required
              value={one.from}
              error={error(`restrictions[${at}].from`)}
              onChange={(event) => onChange(restrictions.with(at, { ...one, from: event.currentTarget.value }))}
            />
            <TextInput
              label="Until"
              required
              placeholder="24:00"
              value={one.until}
              error={error(`restrictions[${at}].until`)}
              onChange={(event) => onChange(restrictions.with(at, { ...one, until: event.currentTarget.value }))}
            />
            <ActionIcon
              variant="subtle"
              color="red"
              size="lg"
              aria-label={`Remove hours ${at + 1}`}
              onClick={() => onChange(restrictions.toSpliced(at, 1))}
            >
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
          {error(`restrictions[${at}].days`) && (
            <Text size="sm" c="red" mt={4}>
              Choose a day.
            </Text>
          )}
        </Card>
      ))}
      <Button
        variant="subtle"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => onChange([...restrictions, { days: DAYS.slice(0, 5), from: '08:00', until: '18:00' }])}
      >
        {restrictions.length === 0 ? 'Only at some hours' : 'More hours'}
      </Button>
    </Stack>
  );
}

function inOrder(days: string[]): Weekday[] {
  return DAYS.filter((day) => days.includes(day));
}
