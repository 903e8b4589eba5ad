import { Alert, Button, Group, Popover, Stack, Text } from '@mantine/core';
import type { Draft } from './use-draft.ts';

interface Props<T extends { id: string; name: string }> {
  draft: Draft<T>;
  /** "policy": what is saved or deleted. */
  what: string;
  mayDelete?: boolean;
  /** Opens it again as it is now. */
  reload: () => void;
}

/** Saves or deletes what is edited, and says what the server refused. */
export function DraftBar<T extends { id: string; name: string }>({ draft, what, mayDelete = true, reload }: Props<T>) {
  const { isNew, isChanged, busy, problem, isOutdated } = draft;
  return (
    <Stack gap="sm">
      {problem && (
        <Alert color="red" variant="light" title={isOutdated ? 'Somebody was quicker' : 'Not saved'} role="alert">
          {isOutdated ? `Somebody else changed this ${what} since you opened it.` : problem.message}
          {isOutdated && (
            <Button color="red" variant="light" size="xs" mt="xs" display="block" onClick={reload}>
              Open it as it is now
            </Button>
          )}
        </Alert>
      )}
      <Group justify="space-between">
        <Button type="submit" loading={busy === 'save'} disabled={!isNew && !isChanged}>
          {isNew ? `Make this ${what}` : 'Save'}
        </Button>
        {!isNew && mayDelete && (
          <Popover position="top-end" withArrow trapFocus width={280}>
            <Popover.Target>
              <Button variant="subtle" color="red" loading={busy === 'remove'}>
                Delete
              </Button>
            </Popover.Target>
            <Popover.Dropdown>
              <Text size="sm" mb="sm">
                {draft.draft.name} cannot be brought back.
              </Text>
              <Button color="red" size="sm" onClick={draft.remove}>
                Delete this {what}
              </Button>
            </Popover.Dropdown>
          </Popover>
        )}
      </Group>
    </Stack>
  );
}
