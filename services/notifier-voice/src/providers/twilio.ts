import { type Provider, ProviderError, type TwilioAccount } from '@tocsin/notifier-kit';
import { createTransport, toProviderError } from '@tocsin/notifier-kit/twilio';
import twilio from 'twilio';

/** A phone that rang for a minute will not be answered; Twilio needs a few seconds to make it ring at all. */
const RING_SECONDS = { least: 5, most: 60 };
/** Twilio's clock and ours differ, and its instants are whole seconds. */
const CLOCKS_DIFFER_MS = 5_000;
/** "Call is not in-progress" and "no such call": there is nothing to stop. */
const NOTHING_TO_STOP = new Set([20404, 21220]);

/** Calls by Twilio's Programmable Voice (https://www.twilio.com/docs/voice/api/call-resource). */
export function createTwilioVoice(account: TwilioAccount, publicUrl: () => string): Provider {
  const { id, accountSid, authToken, from, baseUrl } = account;

  async function ask<T>(signal: AbortSignal, work: (client: twilio.Twilio) => Promise<T>): Promise<T> {
    const transport = createTransport({ baseUrl, signal });
    try {
      const httpClient = transport as unknown as twilio.RequestClient;
      return await work(twilio(accountSid, authToken, { httpClient, autoRetry: false }));
    } catch (error) {
      throw toProviderError(error, transport.retryAfterMs());
    }
  }

  return {
    id,
    capabilities: { lookUp: true, stop: true },
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
      const transport = createTransport({ baseUrl, signal });
      const httpClient = transport as unknown as twilio.RequestClient;
      try {
        const call = await twilio(accountSid, authToken, { httpClient })
          .calls(providerId)
          .update({ status: 'canceled' });
        return call.status === 'canceled';
      } catch (error) {
        if (NOTHING_TO_STOP.has((error as { code?: number }).code ?? 0)) return false;
        throw toProviderError(error, transport.retryAfterMs());
      }
    },
  };
}
