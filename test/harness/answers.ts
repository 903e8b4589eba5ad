import type { Phone } from '@tocsin/local/carrier';
import { sleep, until } from '@tocsin/platform';

/** How long a person takes to say something again. */
const AGAIN_MS = 1_000;

/** The code of the newest page on a phone, with its verbs: `7F3K1` accepts, `7F3K2` rejects. */
export async function codeOn(phone: Phone): Promise<string> {
  const text = await until(() => phone.messages.map((one) => one.body).findLast((body) => /PAGE/.test(body)), {
    timeoutMs: 20_000,
    what: `a page by SMS on ${phone.number}`,
  });
  const code = /\b([A-Z0-9]{4})1\b/.exec(text)?.[1];
  if (!code) throw new Error(`no code in "${text}"`);
  return code;
}

/**
 * Answers the newest page by SMS and resolves with what came back. Like a person, says it again where nothing comes back, or
 * where nothing is decided yet: the other side may be down just then.
 */
export async function replyTo(phone: Phone, verb: 'accept' | 'reject'): Promise<string> {
  const before = phone.messages.length;
  const said = () =>
    phone.messages
      .slice(before)
      .map((one) => one.body)
      .filter((body) => !/PAGE|is taken/.test(body));
  for (let tries = 1; ; tries += 1) {
    const soFar = said().length;
    await phone.reply(`${await codeOn(phone)}${verb === 'accept' ? '1' : '2'}`);
    try {
      const heard = await until(() => said()[soFar], { timeoutMs: 6_000, what: 'the answer to a reply' });
      if (!/send it again|working on it/.test(heard) || tries === 5) return heard;
    } catch (error) {
      if (tries === 5) throw error;
    }
    await sleep(AGAIN_MS);
  }
}

/** Takes the call that rings, listens, and answers with a key; resolves with all that was said until the call ended. */
export async function pressOn(phone: Phone, digit: '1' | '2'): Promise<string> {
  await until(() => phone.calls.some((call) => call.status === 'ringing'), {
    timeoutMs: 20_000,
    what: `a ringing call on ${phone.number}`,
  });
  const { sid } = await phone.answer();
  const call = () => phone.calls.find((one) => one.sid === sid);
  // "One moment please" is not the time for keys, nor the end of it.
  await until(() => call()?.listening, { what: `the call to ${phone.number} to listen` });
  await phone.press(digit, sid);
  await until(() => call()?.status === 'completed', {
    timeoutMs: 20_000,
    what: `the end of the call to ${phone.number}`,
  });
  return (call()?.spoken ?? []).join(' ');
}
