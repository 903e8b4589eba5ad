import type { Delivery, Webhook } from '../api/webhooks.ts';
import { duration } from '../words/time.ts';

export interface Words {
  word: string;
  colour: 'green' | 'gray' | 'orange' | 'red';
  why: string;
}

/** How a webhook is, in a word and a sentence. */
export function healthWords(webhook: Webhook, now: number): Words {
  const { enabled, disabledBecause, failingSince, pausedUntil, lastDeliveredAt } = webhook;
  if (!enabled) return { word: 'disabled', ...WHY_DISABLED[disabledBecause ?? 'person'] };
  if (failingSince !== null) {
    const since = duration(now - Date.parse(failingSince));
    return { word: 'failing', colour: 'red', why: `Nothing was taken for ${since}. It is tried for three days.` };
  }
  if (pausedUntil !== null && Date.parse(pausedUntil) > now) {
    const left = duration(Date.parse(pausedUntil) - now);
    return { word: 'waiting', colour: 'orange', why: `Its receiver asked to be left alone: ${left} more.` };
  }
  if (lastDeliveredAt === null) return { word: 'new', colour: 'gray', why: 'Nothing was sent yet.' };
  return { word: 'works', colour: 'green', why: `Last taken ${duration(now - Date.parse(lastDeliveredAt))} ago.` };
}

const WHY_DISABLED: Record<NonNullable<Webhook['disabledBecause']>, Omit<Words, 'word'>> = {
  person: { colour: 'gray', why: 'It is sent nothing.' },
  failing: {
    colour: 'red',
    why: 'Its receiver took nothing for three days. What it misses is kept: enable it, and send it again.',
  },
  gone: { colour: 'red', why: 'Its receiver answered that it is gone (410).' },
};

/** What became of a message. */
export function deliveryWords({ state, nextAt, attempts }: Delivery, now: number): Words {
  const last = attempts.at(-1);
  const because = last ? attemptWords(last) : '';
  switch (state) {
    case 'delivered':
      return { word: 'Taken', colour: 'green', why: last ? `after ${last.latencyMs} ms` : '' };
    case 'pending': {
      const left = nextAt === null ? 0 : Date.parse(nextAt) - now;
      const next = left > 0 ? `next try in ${duration(left)}` : 'being tried';
      return last
        ? { word: 'Failing', colour: 'orange', why: `${because}; ${next}` }
        : { word: 'On its way', colour: 'gray', why: '' };
    }
    case 'failed':
      return { word: 'Given up', colour: 'red', why: because };
    case 'stopped':
      return { word: 'Stopped', colour: 'gray', why: 'the webhook was disabled first' };
    default:
      return state satisfies never;
  }
}

const REASONS: Record<string, string> = {
  'address-not-allowed': 'the address leads into a network that is not allowed',
  'name-unknown': 'its name has no address',
  unreachable: 'nobody answers there',
  'tls-refused': 'its certificate does not hold',
  timeout: 'no answer in time',
  'connection-cut': 'the connection broke off',
  redirected: 'it points elsewhere, which is not followed',
  gone: 'it is gone',
  'cut-by-a-stop': 'we stopped meanwhile',
};

/** What came of one attempt. */
export function attemptWords({ status, reason }: Delivery['attempts'][number]): string {
  if (reason === 'taken') return `${status}, taken`;
  const words = REASONS[reason];
  if (status === null) return words ?? reason.replaceAll('-', ' ');
  return words === undefined ? `it answered ${status}` : `${status}, ${words}`;
}
