import { twilioSignature } from '@tocsin/local/carrier';
import type { Harness } from './harness.ts';

export interface Text {
  /** Twilio's id of the message: the same when it brings it again. */
  sid: string;
  from: string;
  body: string;
}

/** Brings a person's text to the SMS notifier as the carrier would, with that account's signature or another. */
export async function bringText(
  harness: Harness,
  text: Text,
  signature?: string,
): Promise<{ status: number; said: string }> {
  const [account] = harness.tocsin.accounts;
  const url = `http://127.0.0.1:${harness.tocsin.ports.sms}/twilio/${account!.id}/sms`;
  const posted = { MessageSid: text.sid, From: text.from, To: account!.from, Body: text.body };
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'x-twilio-signature': signature ?? twilioSignature(account!.authToken, url, posted) },
    body: new URLSearchParams(posted),
  });
  return { status: response.status, said: await response.text() };
}
