import { type Notification, type Provider, ProviderError, type TwilioAccount } from '@tocsin/notifier-kit';
import { askTwilio } from '@tocsin/notifier-kit/twilio';
import twilio from 'twilio';
import { renderSms } from '../render-sms.ts';

/** Twilio's bounds for how long a message may wait for its handset. */
const VALIDITY_SECONDS = { least: 1, most: 14_400 };
/** Twilio's clock and ours differ, and its instants are whole seconds. */
const CLOCKS_DIFFER_MS = 30_000;

/** Messages by Twilio's Programmable Messaging (https://www.twilio.com/docs/messaging/api/message-resource). */
export function createTwilioSms(account: TwilioAccount, publicUrl: () => string): Provider {
  const { id, accountSid, authToken, from, baseUrl } = account;

  const ask = <T>(signal: AbortSignal, work: (client: twilio.Twilio) => Promise<T>): Promise<T> =>
    askTwilio({ baseUrl, signal }, (transport) =>
      work(twilio(accountSid, authToken, { httpClient: transport as unknown as twilio.RequestClient })),
    );

  return {
    id,
    capabilities: { lookUp: true, stop: false, revise: false },
    async send(notification, { signal }) {
      const { address: to, token, attempt, usefulUntil } = notification;
      const seconds = Math.floor((usefulUntil - Date.now()) / 1_000);
      const message = await ask(signal, (client) =>
        client.messages.create({
          to,
          from,
          body: textOf(notification),
          validityPeriod: Math.min(VALIDITY_SECONDS.most, Math.max(VALIDITY_SECONDS.least, seconds)),
          statusCallback: `${publicUrl()}/twilio/${id}/status/${token}?n=${attempt}`,
        }),
      );
      if (!message.sid) throw new ProviderError('unknown', 'answer-unreadable');
      return { providerId: message.sid };
    },
    async lookUp({ notification, startedAt }, { signal }) {
      const messages = await ask(signal, (client) =>
        client.messages.list({ to: notification.address, from, limit: 50, pageSize: 50 }),
      );
      const text = textOf(notification);
      return messages
        .filter((one) => one.dateCreated.getTime() >= startedAt - CLOCKS_DIFFER_MS)
        .filter((one) => one.body === text || (notification.code !== '' && one.body.includes(notification.code)))
        .map((one) => one.sid);
    },
  };
}

function textOf(notification: Notification): string {
  return renderSms(notification, notification.code);
}
