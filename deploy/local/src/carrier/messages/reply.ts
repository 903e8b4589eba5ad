import type { Network } from '../network.ts';
import type { Account } from '../options.ts';
import { newSid } from '../sid.ts';
import { parseMessaging } from '../twiml/messaging.ts';
import { TwimlError } from '../twiml/xml.ts';
import { type Message, segments } from './message.ts';

export interface ReplyResult {
  sid: string;
  /** The HTTP status of the customer's answer; absent when none came. */
  status?: number;
  /** What the customer's `<Message>` verbs said, which the phone shows. */
  answers: string[];
}

/** Takes a person's text to an account's number, to its `smsUrl`, and the customer's answer back to the phone. */
export async function replyFrom(
  network: Network,
  handset: string,
  account: Account,
  text: string,
): Promise<ReplyResult> {
  const message = exchange(network, { account, direction: 'inbound', from: handset, to: account.from, body: text });
  if (!account.smsUrl) return { sid: message.sid, answers: [] };

  const answer = await network.webhooks.send({
    account,
    url: account.smsUrl,
    method: 'POST',
    parameters: {
      MessageSid: message.sid,
      SmsSid: message.sid,
      SmsMessageSid: message.sid,
      SmsStatus: 'received',
      AccountSid: account.accountSid,
      From: handset,
      To: account.from,
      Body: text,
      NumMedia: '0',
      NumSegments: String(segments(text)),
      ApiVersion: '2010-04-01',
    },
  });
  if (!answer.answered) {
    network.log.warn({ sid: message.sid, url: account.smsUrl, reason: answer.reason }, 'reply not taken');
    return { sid: message.sid, answers: [] };
  }
  const { status, contentType, body } = answer;
  if (status < 200 || status > 299) {
    network.log.warn({ sid: message.sid, url: account.smsUrl, status }, 'reply not taken');
    if (status < 500) network.unexpected(`the reply ${message.sid} to ${account.smsUrl} was answered with ${status}`);
    return { sid: message.sid, status, answers: [] };
  }

  const answers = readAnswers(network, account.smsUrl, contentType, body);
  for (const said of answers) {
    exchange(network, { account, direction: 'outbound-reply', from: account.from, to: handset, body: said });
  }
  return { sid: message.sid, status, answers };
}

/** Twilio takes an empty body for no answer, text/plain for one message, and anything else must be TwiML. */
function readAnswers(network: Network, url: string, contentType: string, body: string): string[] {
  if (body === '') return [];
  if (contentType.startsWith('text/plain')) return [body];
  try {
    if (!/^(text|application)\/xml\b/.test(contentType))
      throw new TwimlError(12300, `the content type is ${contentType || 'missing'}`);
    return parseMessaging(body);
  } catch (error) {
    if (!(error instanceof TwimlError)) throw error;
    network.unexpected(`${url} answered a reply with unusable TwiML (${error.code}): ${error.message}`);
    return [];
  }
}

function exchange(
  network: Network,
  order: { account: Account; direction: 'inbound' | 'outbound-reply'; from: string; to: string; body: string },
): Message {
  const { account, ...rest } = order;
  const now = network.clock.now();
  const inbound = order.direction === 'inbound';
  const message: Message = {
    ...rest,
    sid: newSid('SM'),
    accountSid: account.accountSid,
    handset: inbound ? order.from : order.to,
    createdAt: now,
    updatedAt: now,
    sentAt: now,
    at: now,
    status: inbound ? 'received' : 'delivered',
  };
  network.messages.add(message);
  network.changed(message.handset);
  return message;
}
