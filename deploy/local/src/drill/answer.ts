import { until } from '@tocsin/platform';
import type { Phone } from '../carrier/index.ts';

const waitMs = 15_000;

/** Replies to the newest page as its text says: the code and 2. */
export async function rejectByText(phone: Phone): Promise<void> {
  const page = await until(() => phone.messages.map((one) => /\b([A-Z0-9]{4})2\b/.exec(one.body)).findLast(Boolean), {
    timeoutMs: waitMs,
    what: `a page with a code on ${phone.number}`,
  });
  await phone.reply(`${page?.[1]}2`);
}

/** Takes the call and presses the key that accepts. */
export async function acceptByCall(phone: Phone): Promise<void> {
  await until(() => phone.calls.some((call) => call.status === 'ringing'), {
    timeoutMs: waitMs,
    what: `a ringing call on ${phone.number}`,
  });
  const call = await phone.answer();
  await phone.press('1', call.sid);
}
