import type { MessageState } from '../api/roster.ts';

/** What became of a code or a test, as a sentence. */
export function sayState({ state, provider, reason }: MessageState): string {
  switch (state) {
    case 'pending':
      return 'On its way…';
    case 'sent':
      return `Handed to ${provider}. It has not said yet that it arrived.`;
    case 'delivered':
      return 'It arrived.';
    case 'refused':
      return `This address cannot be reached (${reason}).`;
    case 'failed':
      return reason === 'no-responder'
        ? 'It was not sent: no notifier of this channel is running.'
        : `It was not sent (${reason}).`;
    default:
      return state satisfies never;
  }
}
