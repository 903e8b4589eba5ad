import { Checkbox, Radio, Stack, Text, TextInput } from '@mantine/core';
import type { MessageType } from '../api/webhooks.ts';

export interface Wish {
  name: string;
  url: string;
  /** Null: everything, also what there will be. */
  types: string[] | null;
}

interface Props {
  value: Wish;
  change(some: Partial<Wish>): void;
  types: readonly MessageType[];
  /** What the server found wrong with a field. */
  wrong(field: string): string | undefined;
}

/** What a webhook is: its name, where it leads, what it is told. */
export function WebhookFields({ value: { name, url, types: chosen }, change, types, wrong }: Props) {
  return (
    <>
      <TextInput
        label="Name"
        required
        maxLength={200}
        value={name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={wrong('name')}
        data-autofocus
      />
      <TextInput
        label="Address"
        description="Where messages are posted: https, on the internet unless the operator allowed a network of yours."
        type="url"
        required
        maxLength={2_000}
        placeholder="https://example.com/hooks/tocsin"
        value={url}
        onChange={(event) => change({ url: event.currentTarget.value })}
        error={wrong('url')}
      />
      <Radio.Group
        label="What it is told"
        value={chosen === null ? 'all' : 'some'}
        onChange={(which) => change({ types: which === 'all' ? null : [] })}
        error={wrong('types')}
      >
        <Stack gap="xs" mt={4}>
          <Radio value="all" label="Everything" />
          <Radio value="some" label="Only some" />
        </Stack>
      </Radio.Group>
      {chosen !== null && (
        <Checkbox.Group label="Types of messages" value={chosen} onChange={(some) => change({ types: some })}>
          <Stack gap="xs" mt={4}>
            {types.map(({ type, when }) => (
              <Checkbox key={type} value={type} label={<Text ff="monospace">{type}</Text>} description={when} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </>
  );
}

/** Enough to be sent: what is right the server says. */
export function isComplete({ name, url, types }: Wish): boolean {
  return name.trim() !== '' && url.trim() !== '' && types?.length !== 0;
}

/** As the API takes it. */
export function bodyOf({ name, url, types }: Wish) {
  return { name: name.trim(), url: url.trim(), types: types ?? [] };
}
