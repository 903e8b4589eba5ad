import { ActionIcon, Group, Input, Select, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { useList, useNames } from './use-list.ts';

interface Props {
  label: string;
  description?: string;
  value: string[];
  error?: string | undefined;
  onChange: (personIds: string[]) => void;
}

/** People in an order that matters. */
export function PeopleOrder({ label, description, value, error, onChange }: Props) {
  const people = useList('people');
  const nameOf = useNames();
  const swap = (one: number, other: number) => onChange(value.with(one, value[other]!).with(other, value[one]!));
  return (
    <Input.Wrapper label={label} description={description} error={error} labelElement="div">
      <Stack gap={4} mt={4} component="ol" p={0} m={0} style={{ listStyle: 'none' }} aria-label={label}>
        {value.map((id, at) => {
          const name = nameOf('person', id);
          return (
            // Somebody may have two turns.
            <Group
              key={`${id} ${value.slice(0, at).filter((one) => one === id).length}`}
              component="li"
              gap={4}
              wrap="nowrap"
            >
              <Text style={{ flexGrow: 1 }} truncate>
                {at + 1}. {name}
              </Text>
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={at === 0}
                aria-label={`Move ${name} up`}
                onClick={() => swap(at, at - 1)}
              >
                <IconArrowUp size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={at === value.length - 1}
                aria-label={`Move ${name} down`}
                onClick={() => swap(at, at + 1)}
              >
                <IconArrowDown size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${name}`}
                onClick={() => onChange(value.toSpliced(at, 1))}
              >
                <IconX size={16} />
              </ActionIcon>
            </Group>
          );
        })}
      </Stack>
      <Select
        mt={4}
        aria-label={`Add somebody to ${label.toLowerCase()}`}
        placeholder="Add somebody"
        data={(people.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
        searchable
        value={null}
        onChange={(id) => id !== null && onChange([...value, id])}
      />
    </Input.Wrapper>
  );
}
