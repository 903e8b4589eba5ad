import { ActionIcon, Badge, Button, Card, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { Channel, ContactMethod, Person } from '../api/roster.ts';
import { ChannelName } from '../incident/channel-name.tsx';
import type { Draft } from '../roster/use-draft.ts';
import { DeviceFields, Gone } from './device-fields.tsx';
import { freshId } from './fresh-id.ts';

const CHANNELS: { value: Channel; label: string }[] = [
  { value: 'sms', label: 'SMS' },
  { value: 'voice', label: 'Call' },
];

/** Where somebody is reached. */
export function ContactMethods({ draft, mayEdit }: { draft: Draft<Person>; mayEdit: boolean }) {
  const { contactMethods: all, rules } = draft.draft;
  const set = (next: ContactMethod[]) => draft.change({ contactMethods: next });
  const remove = (at: number) => {
    const isOther = ({ contactMethodId }: { contactMethodId: string }) => contactMethodId !== all[at]!.id;
    // A rule is for a contact method, and goes with it.
    const left = { high: rules.high.filter(isOther), low: rules.low.filter(isOther) };
    draft.change({ contactMethods: all.toSpliced(at, 1), rules: left });
  };
  const add = () => {
    const last = all.findLast(({ channel }) => channel !== 'push');
    const channel: Channel = last?.channel === 'sms' ? 'voice' : 'sms';
    set([...all, { id: freshId(draft.draft.id, channel, all), channel, address: last?.address ?? '' }]);
  };
  return (
    <section aria-label="Contact methods">
      <Title order={2} size="h4" mb="sm">
        Contact methods
      </Title>
      <Stack gap="sm">
        {all.map((one, at) => (
          <Card key={one.id} withBorder padding="sm">
            {mayEdit && one.channel === 'push' ? (
              <DeviceFields
                method={one}
                error={draft.errorAt(`contactMethods[${at}].name`)}
                onChange={(next) => set(all.with(at, next))}
                onRemove={() => remove(at)}
              />
            ) : mayEdit ? (
              <Fields
                method={one}
                error={draft.errorAt(`contactMethods[${at}].address`) ?? draft.errorAt(`contactMethods[${at}].channel`)}
                onChange={(next) => set(all.with(at, next))}
                onRemove={() => remove(at)}
              />
            ) : (
              <Group gap="sm">
                <ChannelName channel={one.channel} />
                <Text style={{ fontVariantNumeric: 'tabular-nums' }}>{one.name ?? one.maskedAddress}</Text>
                <Gone method={one} />
                <Verified method={one} />
              </Group>
            )}
          </Card>
        ))}
        {all.length === 0 && !mayEdit && <Text c="dimmed">None.</Text>}
        {mayEdit && (
          <Button variant="default" onClick={add} style={{ alignSelf: 'flex-start' }}>
            Add a contact method
          </Button>
        )}
      </Stack>
    </section>
  );
}

interface FieldsProps {
  method: ContactMethod;
  error: string | undefined;
  onChange: (method: ContactMethod) => void;
  onRemove: () => void;
}

function Fields({ method, error, onChange, onRemove }: FieldsProps) {
  const { channel, address, maskedAddress } = method;
  const name = `${CHANNELS.find((one) => one.value === channel)?.label ?? channel} ${maskedAddress ?? ''}`.trim();
  return (
    <Group gap="sm" align="flex-start" wrap="wrap">
      <Select
        aria-label="Channel"
        w={110}
        data={
          CHANNELS.some((one) => one.value === channel) ? CHANNELS : [...CHANNELS, { value: channel, label: channel }]
        }
        allowDeselect={false}
        value={channel}
        onChange={(value) => onChange({ ...method, channel: (value as Channel | null) ?? channel })}
      />
      <TextInput
        aria-label="Number"
        type="tel"
        required={maskedAddress === undefined}
        placeholder={maskedAddress ?? '+12125550123'}
        autoComplete="off"
        value={address ?? ''}
        error={error}
        onChange={(event) => onChange({ ...method, address: event.currentTarget.value })}
        style={{ flex: '1 1 12rem' }}
      />
      <Group gap="xs" h={36}>
        <Verified method={method} />
        <ActionIcon variant="subtle" color="red" size="lg" aria-label={`Remove ${name}`} onClick={onRemove}>
          <IconTrash size={18} />
        </ActionIcon>
      </Group>
    </Group>
  );
}

function Verified({ method: { verifiedAt } }: { method: ContactMethod }) {
  if (verifiedAt === undefined) return null;
  return (
    <Badge variant={verifiedAt === null ? 'default' : 'light'} color="green">
      {verifiedAt === null ? 'not verified' : 'verified'}
    </Badge>
  );
}
