import { type Post, ProviderError, statusError } from '@tocsin/notifier-kit';
import type { SlackWorkspace } from '../config.ts';
import { meaningOf } from './error-codes.ts';
import type { Pace } from './pace.ts';

/** Where Slack's API is, for everybody. */
const SLACK = 'https://slack.com/api';
/** Where it says to wait and not for how long. */
const USUAL_PAUSE_MS = 5_000;

/** What is asked of one channel by one method of Slack's Web API. */
export type CallSlack = (
  method: 'chat.postMessage' | 'chat.update' | 'chat.postEphemeral',
  body: { channel: string } & Record<string, unknown>,
  signal: AbortSignal,
) => Promise<Record<string, unknown>>;

/** One request, one answer: nothing is repeated inside, and nothing is asked while Slack wants to be left alone. */
export function createSlackApi({ botToken, baseUrl = SLACK }: SlackWorkspace, post: Post, pace: Pace): CallSlack {
  return async (method, body, signal) => {
    const { channel } = body;
    pace.enter(method, channel);
    const answer = await post(`${baseUrl.replace(/\/+$/, '')}/${method}`, {
      headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      signal,
    });
    if (answer.status !== 200) {
      if (answer.status === 429) pace.hold(method, channel, answer.retryAfterMs ?? USUAL_PAUSE_MS);
      throw statusError(answer, 'auth');
    }
    const said = parse(answer.text);
    if (said.ok === true) return said;
    if (said.ok !== false) throw new ProviderError('unknown', 'answer-unreadable');
    const { kind, reason } = meaningOf(said.error);
    if (kind === 'rate-limited') pace.hold(method, channel, answer.retryAfterMs ?? USUAL_PAUSE_MS);
    throw new ProviderError(kind, reason, answer.retryAfterMs);
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
