import { Webhook } from 'standardwebhooks';
import { type Endpoint, type Received, startEndpoint } from './endpoint.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** An endpoint that checks signatures with the library of Standard Webhooks itself. */
export function startWebhookEndpoint(secret = SECRET): Promise<Endpoint> {
  const webhook = new Webhook(secret);
  return startEndpoint(
    ({ headers, body }) => {
      try {
        webhook.verify(body, headers as Record<string, string>);
        return headers['content-type'] === 'application/json' ? null : 'it is no JSON';
      } catch (error) {
        return `not verified: ${String(error)}`;
      }
    },
    { status: 204, body: '' },
  );
}

/** What a message says, as its receiver reads it. */
export function read({ body }: Received): { type: string; timestamp: string; data: Record<string, unknown> } {
  return JSON.parse(body) as ReturnType<typeof read>;
}
