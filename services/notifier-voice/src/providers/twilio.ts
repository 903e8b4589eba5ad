import { type Provider, ProviderError, type TwilioAccount } from '@tocsin/notifier-kit';
import { askTwilio } from '@tocsin/notifier-kit/twilio';
import twilio from 'twilio';

/** A phone that rang for a minute will not be answered; Twilio needs a few seconds to make it ring at all. */
const RING_SECONDS = { least: 5, most: 60 };
/** Twilio's clock and ours differ, and its instants are whole seconds. */
const CLOCKS_DIFFER_MS = 5_000;
const NOTHING_TO_STOP = new Set(['not-found', 'not-in-progress']);

/** Calls by Twilio's Programmable Voice (https://www.twilio.com/docs/voice/api/call-resource). */
export function createTwilioVoice(account: TwilioAccount, publicUrl: () => string): Provider {
  const { id, accountSid, authToken, from, baseUrl } = account;

  const ask = <T>(signal: AbortSignal, work: (client: twilio.Twilio) => Promise<T>): Promise<T> =>
    askTwilio({ baseUrl, signal }, (transport) =>
      work(twilio(accountSid, authToken, { httpClient: transport as unknown as twilio.RequestClient })),
    );

  return {
    id,
    capabilities: { lookUp: true, stop: true, revise: false },
    async send({ address: to, token, attempt, usefulUntil }, { signal }) {
      const seconds = Math.floor((usefulUntil - Date.now()) / 1_000);
      const base = `${publicUrl()}/twilio/${id}`;
      const call = await ask(signal, (client) =>
        client.calls.create({
          to,
          from,
          url: `${base}/voice/${token}`,
          method: 'POST',
          statusCallback: `${base}/status/${token}?n=${attempt}`,
          statusCallbackMethod: 'POST',
          statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
          timeout: Math.min(RING_SECONDS.most, Math.max(RING_SECONDS.least, seconds)),
        }),
      );
      if (!call.sid) throw new ProviderError('unknown', 'answer-unreadable');
      return { providerId: call.sid };
    },
    async lookUp({ notification, startedAt }, { signal }) {
      const calls = await ask(signal, (client) =>
        client.calls.list({ to: notification.address, from, limit: 50, pageSize: 50 }),
      );
      return calls
        .filter((one) => one.dateCreated.getTime() >= startedAt - CLOCKS_DIFFER_MS)
        .sort((a, b) => a.dateCreated.getTime() - b.dateCreated.getTime())
        .map((one) => one.sid);
    },
    /** Only what is queued or rings: whoever has picked up hears it to the end. */
    async stop(providerId, { signal }) {
      try {
        const call = await ask(signal, (client) => client.calls(providerId).update({ status: 'canceled' }));
        return call.status === 'canceled';
      } catch (error) {
        if (error instanceof ProviderError && NOTHING_TO_STOP.has(error.reason)) return false;
        throw error;
      }
    },
  };
}
