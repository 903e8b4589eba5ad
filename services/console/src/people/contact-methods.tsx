import { ActionIcon, Button, Card, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { Channel, ContactMethod, Person } from '../api/roster.ts';
import { ChannelName } from '../incident/channel-name.tsx';
import type { Draft } from '../roster/use-draft.ts';
import { DeviceFields, Gone } from './device-fields.tsx';
import { freshId } from './fresh-id.ts';
import { MethodProof } from './method-proof.tsx';
import { VerifiedBadge } from './verified-badge.tsx';

const CHANNELS: { value: Channel; label: string }[] = [
  { value: 'sms', label: 'SMS' },
  { value: 'voice', label: 'Call' },
  { value: 'chat', label: 'Chat' },
];

/** Where somebody is reached. */
export function ContactMethods({ draft, mayEdit, mine }: { draft: Draft<Person>; mayEdit: boolean; mine: boolean }) {
  const { contactMethods: all, rules } = draft.draft;
  const isSaved = (one: ContactMethod) =>
    draft.saved.contactMethods.some(
      ({ id, channel, address }) => id === one.id && channel === one.channel && (address ?? '') === (one.address ?? ''),
    );
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
    const address = last?.channel === 'chat' ? '' : (last?.address ?? '');
    set([...all, { id: freshId(draft.draft.id, channel, all), channel, address }]);
  };
  return (
    <section aria-label="Contact methods">
      <Title order={2} size="h4" mb="sm">
        Contact methods
      </Title>
      <Stack gap="sm">
        {all.map((one, at) => (
          <Card key={one.id} withBorder padding="sm">
            {mayEdit ? (
              <Stack gap="xs">
                {one.channel === 'push' ? (
                  <DeviceFields
                    method={one}
                    error={draft.errorAt(`contactMethods[${at}].name`)}
                    onChange={(next) => set(all.with(at, next))}
                    onRemove={() => remove(at)}
                  />
                ) : (
                  <Fields
                    method={one}
                    error={
                      draft.errorAt(`contactMethods[${at}].address`) ?? draft.errorAt(`contactMethods[${at}].channel`)
                    }
                    onChange={(next) => set(all.with(at, next))}
                    onRemove={() => remove(at)}
                  />
                )}
                {one.goneAt ? null : isSaved(one) ? (
                  <MethodProof personId={draft.draft.id} method={one} name={one.name ?? nameOf(one)} />
                ) : (
                  <Text size="sm" c="dimmed">
                    Once it is saved, a code can prove that it is {mine ? 'yours' : 'theirs'}.
                  </Text>
                )}
              </Stack>
            ) : (
              <Group gap="sm">
                <ChannelName channel={one.channel} />
                <Text style={{ fontVariantNumeric: 'tabular-nums' }}>{one.name ?? one.maskedAddress}</Text>
                <Gone method={one} />
                <VerifiedBadge verifiedAt={one.verifiedAt ?? null} />
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
  const name = nameOf(method);
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
        aria-label={channel === 'chat' ? 'Address' : 'Number'}
        type={channel === 'chat' ? 'text' : 'tel'}
        required={maskedAddress === undefined}
        placeholder={maskedAddress ?? (channel === 'chat' ? 'slack:acme/U012AB3CD' : '+12125550123')}
        autoComplete="off"
        value={address ?? ''}
        error={error}
        onChange={(event) => onChange({ ...method, address: event.currentTarget.value })}
        style={{ flex: '1 1 8rem' }}
      />
      <ActionIcon variant="subtle" color="red" size={36} aria-label={`Remove ${name}`} onClick={onRemove}>
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}

function nameOf({ channel, maskedAddress }: ContactMethod): string {
  return `${CHANNELS.find((one) => one.value === channel)?.label ?? channel} ${maskedAddress ?? ''}`.trim();
}
