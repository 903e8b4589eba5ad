import type { Network } from '../network.ts';
import { newSid } from '../sid.ts';
import { tellCustomer } from '../webhooks/callbacks.ts';
import type { Message, MessageStatus, MessageWishes } from './message.ts';

/** Takes a message and sees it through its life: queued, sent, then delivered or not. */
export function sendMessage(
  network: Network,
  order: { accountSid: string; from: string; to: string; body: string },
  wishes: MessageWishes,
): Message {
  const { clock, config, messages } = network;
  const now = clock.now();
  const message: Message = {
    ...order,
    sid: newSid('SM'),
    direction: 'outbound-api',
    handset: order.to,
    createdAt: now,
    updatedAt: now,
    status: 'queued',
  };
  messages.add(message);
  const failsWith = network.faults.forFate({ accountSid: order.accountSid, kind: 'message', to: order.to });

  const { queueMs, deliverMs, secondMs } = config.timings;
  const validMs = (wishes.validitySeconds ?? Number.POSITIVE_INFINITY) * secondMs;

  clock.after(Math.min(queueMs, validMs), () => {
    if (message.status !== 'queued') return;
    if (validMs < queueMs) {
      advance(network, message, wishes, 'failed', 30036);
      return;
    }
    message.sentAt = clock.now();
    advance(network, message, wishes, 'sent');
    clock.after(deliverMs, () => {
      const code = failsWith ?? (network.handset(message.to).habits.off ? 30003 : undefined);
      if (code !== undefined) advance(network, message, wishes, 'undelivered', code);
      else advance(network, message, wishes, 'delivered');
    });
  });
  return message;
}

/** Calls off what is still queued. @returns whether it was */
export function cancelMessage(network: Network, message: Message): boolean {
  if (message.status !== 'queued') return false;
  message.status = 'canceled';
  message.updatedAt = network.clock.now();
  return true;
}

function advance(
  network: Network,
  message: Message,
  wishes: MessageWishes,
  status: MessageStatus,
  errorCode?: number,
): void {
  message.status = status;
  message.updatedAt = network.clock.now();
  if (status === 'delivered') message.at = message.updatedAt;
  if (errorCode !== undefined) message.errorCode = errorCode;
  if (status === 'delivered') network.changed(message.handset);

  if (!wishes.statusCallback) return;
  tellCustomer(network, 'message', message, {
    url: wishes.statusCallback,
    method: 'POST',
    parameters: {
      MessageSid: message.sid,
      MessageStatus: status,
      SmsSid: message.sid,
      SmsStatus: status,
      To: message.to,
      From: message.from,
      AccountSid: message.accountSid,
      ApiVersion: '2010-04-01',
      ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
    },
  });
}
