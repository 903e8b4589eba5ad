import { Group, Text } from '@mantine/core';
import type { LadderNotification, NotificationState } from '../api/ladder.ts';
import { phrase } from '../words/phrases.ts';
import { clock, duration } from '../words/time.ts';
import { useNow } from '../words/use-now.ts';
import { ChannelName } from './channel-name.tsx';

const STATES: Record<NotificationState, { colour: string; words: string }> = {
  planned: { colour: 'dimmed', words: 'being sent' },
  'not-sent': { colour: 'orange', words: 'not sent' },
  withdrawn: { colour: 'dimmed', words: 'withdrawn' },
  unknown: { colour: 'orange', words: 'perhaps sent' },
  sent: { colour: 'blue', words: 'sent' },
  failed: { colour: 'red', words: 'failed' },
  delivered: { colour: 'green', words: 'delivered' },
  answered: { colour: 'green', words: 'answered' },
};

/** A provider calls it a failure that we called it off; it is none. */
const CALLED_OFF = { colour: 'dimmed', words: 'called off' };

/** One message to one contact method: how far it came, when, through whom, and why not further. */
export function NotificationLine({ notification, who }: { notification: LadderNotification; who?: string }) {
  const now = useNow();
  const { channel, state, reason, at, answer, plannedAt, kind } = notification;
  const isCalledOff = state === 'failed' && reason === 'canceled';
  const { colour, words } = isCalledOff ? CALLED_OFF : STATES[state];
  const last = notification.attempts.at(-1);
  const took = Date.parse(at) - Date.parse(plannedAt);
  const details = [
    answer === null ? '' : answer,
    reason === '' || isCalledOff ? '' : phrase(reason),
    last && last.provider !== '' ? `through ${last.provider}` : '',
    notification.attempts.length > 1 ? `${notification.attempts.length} tries` : '',
    last?.possibleRepeat ? 'possible repeat' : '',
  ].filter(Boolean);
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <ChannelName channel={channel} />
      <Group gap="0 var(--mantine-spacing-xs)">
        {who !== undefined && (
          <Text size="sm" fw={600}>
            {who}
          </Text>
        )}
        <Text size="sm" c={colour} fw={600}>
          {kind === 'page' ? words : `${kind}: ${words}`}
        </Text>
        <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {clock(at, now)}
          {took >= 1_000 && state !== 'planned' ? `, after ${duration(took)}` : ''}
          {details.length > 0 ? ` · ${details.join(' · ')}` : ''}
        </Text>
      </Group>
    </Group>
  );
}
