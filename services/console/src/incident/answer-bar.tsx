import { Button, Group, Menu, Paper, Text, Tooltip } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import type { IncidentDetail, Me } from '../api/types.ts';
import { useCommand } from './use-command.ts';

const SNOOZES = [
  { words: '15 minutes', ms: 15 * 60_000 },
  { words: '1 hour', ms: 3_600_000 },
  { words: '4 hours', ms: 4 * 3_600_000 },
];

/** What one can do about it: accept and reject under the thumb, the rest behind one button. */
export function AnswerBar({ incident, me }: { incident: IncidentDetail; me: Me }) {
  const isNarrow = useMediaQuery('(max-width: 48em)');
  const { send, busy } = useCommand(incident);
  const { personId, role } = me;
  const isOver = incident.status === 'closed';
  const isMine = personId !== null && incident.owner?.id === personId;
  const may = role !== 'observer' && !isOver;
  const mayAnswer = may && personId !== null;
  useHotkeys([
    ['a', () => mayAnswer && !isMine && send('accept')],
    ['x', () => mayAnswer && send('reject')],
    ['e', () => may && send('escalate')],
  ]);
  if (isOver || role === 'observer') return null;
  const buttons = (
    <Group gap="sm" wrap="nowrap" grow={isNarrow ?? false}>
      <Needs person={personId}>
        <Button
          color="green"
          size="md"
          loading={busy === 'accept'}
          disabled={!mayAnswer || isMine}
          onClick={() => send('accept')}
        >
          {isMine ? 'You have it' : 'Accept'}
        </Button>
      </Needs>
      <Needs person={personId}>
        <Button
          color="red"
          variant="light"
          size="md"
          loading={busy === 'reject'}
          disabled={!mayAnswer}
          onClick={() => send('reject')}
        >
          {isMine ? 'Hand back' : 'Reject'}
        </Button>
      </Needs>
      <Menu position="top-end" width={220}>
        <Menu.Target>
          <Button variant="default" size="md" disabled={!may}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => send('resolve')}>Resolve</Menu.Item>
          <Menu.Item onClick={() => send('escalate')}>Escalate to the next layer</Menu.Item>
          <Menu.Divider />
          <Menu.Label>Snooze for</Menu.Label>
          {SNOOZES.map(({ words, ms }) => (
            <Menu.Item key={words} onClick={() => send('snooze', { until: new Date(Date.now() + ms).toISOString() })}>
              {words}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
  if (!isNarrow) return buttons;
  return (
    <Paper
      withBorder
      p="sm"
      radius={0}
      pos="fixed"
      bottom={0}
      left={0}
      right={0}
      style={{ zIndex: 100, paddingBottom: 'max(var(--mantine-spacing-sm), env(safe-area-inset-bottom))' }}
    >
      {buttons}
    </Paper>
  );
}

/** A user who is nobody in the roster cannot be on call, and so has no page to answer. */
function Needs({ person, children }: { person: string | null; children: React.ReactElement }) {
  if (person !== null) return children;
  return (
    <Tooltip label={<Text size="sm">Your user is not linked to a person of the roster. An admin can link it.</Text>}>
      <div>{children}</div>
    </Tooltip>
  );
}
