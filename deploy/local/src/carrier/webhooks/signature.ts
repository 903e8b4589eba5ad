import { createHmac } from 'node:crypto';

/**
 * X-Twilio-Signature: HMAC-SHA1, keyed with the account's token, over the exact URL followed by each posted parameter's name
 * and value, sorted by name (https://www.twilio.com/docs/usage/security). A GET posts none: its query is part of the URL.
 */
export function twilioSignature(authToken: string, url: string, posted: Readonly<Record<string, string>>): string {
  const signed = Object.keys(posted)
    .sort()
    .reduce((text, name) => text + name + posted[name], url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}
