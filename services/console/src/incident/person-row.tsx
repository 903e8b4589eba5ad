import { Badge, Box, Group, Stack, Text } from '@mantine/core';
import type { LadderPerson, PersonState } from '../api/ladder.ts';
import { becauseWords } from '../roster/target-words.ts';
import type { TargetName } from '../roster/use-list.ts';
import { phrase } from '../words/phrases.ts';
import { clock } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { ChannelName } from './channel-name.tsx';
import { NotificationLine } from './notification-line.tsx';

const STATES: Record<PersonState, { colour: string; words: string }> = {
  paged: { colour: 'red', words: 'being paged' },
  unanswered: { colour: 'gray', words: 'did not answer' },
  unreachable: { colour: 'orange', words: 'unreachable' },
  rejected: { colour: 'orange', words: 'rejected' },
  escalated: { colour: 'orange', words: 'escalated' },
  accepted: { colour: 'green', words: 'accepted' },
  'handed-back': { colour: 'orange', words: 'handed back' },
};

/** One person of a layer: why them, what became of it, and every way that was tried. */
export function PersonRow({ person, nameOf }: { person: LadderPerson; nameOf: TargetName }) {
  const now = useNow();
  const name = nameOf('person', person.personId);
  const state = STATES[person.state];
  const why = person.state === 'paged' || person.state === 'accepted' ? '' : person.reason;
  return (
    <Box role="group" aria-label={name}>
      <Group gap="xs" mb={4}>
        <Text fw={600}>{name}</Text>
        <Badge color={state.colour} variant={person.state === 'accepted' ? 'filled' : 'light'} autoContrast>
          {state.words}
        </Badge>
        <Text size="sm" c="dimmed">
          {[person.because === '' ? '' : becauseWords(person.because, nameOf), why === '' ? '' : phrase(why)]
            .filter(Boolean)
            .join('; ')}
        </Text>
      </Group>
      <Stack gap={4} pl="sm" style={{ borderLeft: '2px solid var(--mantine-color-default-border)' }}>
        {person.notifications.map((one) => (
          <NotificationLine key={one.id} notification={one} />
        ))}
        {person.ahead.map((one) => (
          <Group key={`${one.contactMethodId}/${one.at}`} gap="xs" c="dimmed">
            <ChannelName channel={one.channel} />
            <Text size="sm">planned for {clock(one.at, now)}</Text>
          </Group>
        ))}
      </Stack>
    </Box>
  );
}
