import type { Desk } from '@tocsin/notifier-kit';
import { z } from 'zod';
import { parseJson } from '../http/body.ts';
import type { ButtonValue } from './render-slack.ts';

/** As much of a `block_actions` payload as we use (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
const payload = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().min(1) }),
  container: z.object({ message_ts: z.string().min(1), channel_id: z.string().min(1) }),
  actions: z.array(z.object({ action_id: z.enum(['accept', 'reject']), value: z.string() })).min(1),
});
const buttonValue = z.object({ token: z.string().min(1), user: z.string().min(1) });

/** A button of ours that somebody pressed. */
export interface Press {
  answer: 'accept' | 'reject';
  button: ButtonValue;
  /** Who pressed it. */
  user: string;
  channel: string;
  ts: string;
}

/** Null for what is no press of a button of ours. */
export function parsePress(text: string): Press | null {
  const parsed = payload.safeParse(parseJson(text));
  const action = parsed.data?.actions[0];
  const button = buttonValue.safeParse(parseJson(action?.value ?? ''));
  if (!parsed.success || !action || !button.success) return null;
  const { user, container } = parsed.data;
  return {
    answer: action.action_id,
    button: button.data,
    user: user.id,
    channel: container.channel_id,
    ts: container.message_ts,
  };
}

/**
 * Takes a press as an answer: resolves once it is stored, which is as long as Slack may wait. What was decided is shown in the message
 * afterwards. The same button of the same message is the same answer. Returns what to tell who pressed, where that is all there is.
 */
export async function takePress(desk: Desk, provider: string, press: Press): Promise<string | null> {
  const { button, user, answer, channel, ts } = press;
  if (user !== button.user) {
    desk.log.warn({ answer }, 'press by somebody whose page it is not ignored');
    return 'This page is for somebody else: only they can answer it here.';
  }
  const page = await desk.byToken(button.token);
  if (page?.provider !== provider) {
    desk.log.warn({ answer }, 'press on a page that is not known ignored');
    return 'This page is not known any more.';
  }
  const stored = Promise.withResolvers<void>();
  const deciding = desk.answer({ _id: `slack-${channel}-${ts}-${answer}`, key: page.key, answer, reason: '' }, () =>
    stored.resolve(),
  );
  desk.later('show-decision', async () => desk.showDecision(button.token, await deciding));
  await Promise.race([stored.promise, deciding]);
  return null;
}
