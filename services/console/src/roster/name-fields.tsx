import { SimpleGrid, TextInput } from '@mantine/core';
import type { Draft } from './use-draft.ts';

/** What it is called, and of a new one the id, which is made of the name until somebody writes one. */
export function NameFields<T extends { id: string; name: string }>({ draft }: { draft: Draft<T> }) {
  const { id, name } = draft.draft;
  const rename = (to: string) => {
    const follows = draft.isNew && id === idOf(name);
    draft.change((follows ? { name: to, id: idOf(to) } : { name: to }) as Partial<T>);
  };
  return (
    <SimpleGrid cols={{ base: 1, sm: draft.isNew ? 2 : 1 }}>
      <TextInput
        label="Name"
        required
        maxLength={200}
        value={name}
        error={draft.errorAt('name')}
        onChange={(event) => rename(event.currentTarget.value)}
      />
      {draft.isNew && (
        <TextInput
          label="Id"
          description="Stays, and stands in logs: nothing personal"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          required
          maxLength={100}
          value={id}
          error={draft.errorAt('id')}
          onChange={(event) => draft.change({ id: event.currentTarget.value } as Partial<T>)}
        />
      )}
    </SimpleGrid>
  );
}

function idOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
}
