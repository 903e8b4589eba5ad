import { ActionIcon, Badge, Group, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ContactMethod } from '../api/roster.ts';
import { ChannelName } from '../incident/channel-name.tsx';
import { clock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';

interface Props {
  method: ContactMethod;
  error: string | undefined;
  onChange: (method: ContactMethod) => void;
  onRemove: () => void;
}

/** A browser among the contact methods: it brought its address itself, so only its name can be written. */
export function DeviceFields({ method, error, onChange, onRemove }: Props) {
  const { channel, name, maskedAddress } = method;
  return (
    <Group gap="sm" wrap="wrap">
      <ChannelName channel={channel} />
      <TextInput
        aria-label="Name of the device"
        maxLength={80}
        value={name ?? ''}
        error={error}
        onChange={(event) => onChange({ ...method, name: event.currentTarget.value })}
        style={{ flex: '1 1 12rem' }}
      />
      <Text size="sm" c="dimmed">
        {maskedAddress}
      </Text>
      <Gone method={method} />
      <ActionIcon
        variant="subtle"
        color="red"
        size="lg"
        aria-label={`Remove ${name ?? 'this device'}`}
        onClick={onRemove}
      >
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}

/** Says of a device that it gets no pages any more. */
export function Gone({ method: { goneAt } }: { method: ContactMethod }) {
  const now = useNow();
  if (!goneAt) return null;
  return (
    <Badge variant="light" color="red">
      no pages since {clock(goneAt, now)}
    </Badge>
  );
}
