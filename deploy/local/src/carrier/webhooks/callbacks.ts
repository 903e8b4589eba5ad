import { randomUUID } from 'node:crypto';
import type { Network } from '../network.ts';
import type { Webhook } from './webhooks.ts';

interface Subject {
  readonly sid: string;
  readonly accountSid: string;
  readonly handset: string;
}

const sending = new WeakMap<Subject, Promise<void>>();

/**
 * Tells the customer what became of a message or a call. What one resource has to tell is sent in order, one after the other;
 * nothing is sent again when it fails, as Twilio sends nothing again.
 */
export function tellCustomer(
  network: Network,
  kind: 'message' | 'call',
  subject: Subject,
  webhook: Omit<Webhook, 'account'>,
): void {
  const account = network.accounts.get(subject.accountSid);
  if (!account) return;
  const fault = network.faults.forCallback({ accountSid: subject.accountSid, kind, to: subject.handset });
  if (fault === 'lose-callbacks') return;
  const idempotencyToken = randomUUID();
  const repeats = fault === 'duplicate-callbacks' ? 2 : 1;

  const send = async () => {
    for (let count = 0; count < repeats; count += 1) {
      const answer = await network.webhooks.send({ ...webhook, account, idempotencyToken });
      if (!answer.answered) {
        network.log.warn({ sid: subject.sid, url: webhook.url, reason: answer.reason }, 'status callback not taken');
      } else if (answer.status >= 500) {
        network.log.warn({ sid: subject.sid, url: webhook.url, status: answer.status }, 'status callback not taken');
      } else if (answer.status >= 300) {
        network.unexpected(`the callback ${webhook.url} for ${subject.sid} was answered with ${answer.status}`);
      }
    }
  };
  sending.set(subject, (sending.get(subject) ?? Promise.resolve()).then(send));
}
