import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Account } from '../options.ts';
import { twilioSignature } from './signature.ts';

/** What Twilio waits for a webhook's answer, and takes of it: 15 s and 64 kB. */
const timeoutMs = 15_000;
const maxAnswerBytes = 65_536;

export interface Webhook {
  account: Account;
  url: string;
  method: 'GET' | 'POST';
  parameters: Readonly<Record<string, string>>;
  /** The same for each sending of one event, so that its receiver can tell a repeat. */
  idempotencyToken?: string;
}

export type WebhookAnswer =
  | { answered: true; status: number; contentType: string; body: string }
  /** Nobody there, no answer in time, or one that is no HTTP. */
  | { answered: false; reason: string };

export interface Webhooks {
  send(webhook: Webhook): Promise<WebhookAnswer>;
  /** Breaks off what is under way; what is sent from then on goes nowhere. */
  stop(): void;
}

/** Posts to the customer's servers, signed, as Twilio does. Redirects are not followed. */
export function createWebhooks(): Webhooks {
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: 128 }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: 128 }),
  };
  const stopping = new AbortController();

  function attempt(webhook: Webhook, mayRepeat: boolean): Promise<WebhookAnswer> {
    // What a resource still has to tell comes here one after the other, also after the carrier stopped.
    if (stopping.signal.aborted) return Promise.resolve({ answered: false, reason: 'the carrier stopped' });
    const { account, method, parameters } = webhook;
    const encoded = new URLSearchParams(parameters).toString();
    const isPost = method === 'POST';
    const url = isPost ? webhook.url : `${webhook.url}${webhook.url.includes('?') ? '&' : '?'}${encoded}`;
    const protocol = new URL(url).protocol === 'https:' ? 'https:' : 'http:';
    const deadline = AbortSignal.timeout(timeoutMs);

    return new Promise((resolve) => {
      const fail = (error: Error) => resolve({ answered: false, reason: error.message });
      const request = (protocol === 'https:' ? https : http).request(url, {
        method,
        agent: agents[protocol],
        signal: deadline,
        headers: {
          'user-agent': 'TwilioProxy/1.1',
          accept: '*/*',
          'x-twilio-signature': twilioSignature(account.authToken, url, isPost ? parameters : {}),
          'i-twilio-idempotency-token': webhook.idempotencyToken ?? randomUUID(),
          ...(isPost && {
            'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
            'content-length': Buffer.byteLength(encoded),
          }),
        },
      });
      const onStop = () => request.destroy(new Error('the carrier stopped'));
      stopping.signal.addEventListener('abort', onStop, { once: true });
      request.once('close', () => stopping.signal.removeEventListener('abort', onStop));

      request.once('error', (error: NodeJS.ErrnoException) => {
        // A kept-alive connection that the server closed just as it was used again says nothing about the server.
        if (mayRepeat && request.reusedSocket && error.code === 'ECONNRESET') resolve(attempt(webhook, false));
        else fail(deadline.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error);
      });
      request.once('response', (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > maxAnswerBytes)
            request.destroy(new Error(`an answer of more than ${maxAnswerBytes} bytes`));
        });
        response.once('error', fail);
        response.once('end', () =>
          resolve({
            answered: true,
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            body,
          }),
        );
      });
      request.end(isPost ? encoded : undefined);
    });
  }

  return {
    send: (webhook) => attempt(webhook, true),
    stop() {
      stopping.abort();
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
