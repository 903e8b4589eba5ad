import { readForm } from '../form.ts';
import type { Message } from '../messages/message.ts';
import { cancelMessage, sendMessage } from '../messages/send-message.ts';
import type { Network } from '../network.ts';
import type { Account } from '../options.ts';
import { TwilioError } from '../twilio-error.ts';
import { dateFilter, listPage } from './list-page.ts';
import { messageResource } from './resources.ts';

const maxBodyCharacters = 1600;

export function createMessage(network: Network, account: Account, parameters: URLSearchParams): Message {
  const form = readForm(parameters, ['To', 'From', 'Body', 'StatusCallback', 'ValidityPeriod']);
  const to = form.number('To', 21604, 21211);
  const from = form.number('From', 21603, 21212);
  if (from !== account.from) throw new TwilioError(21606, from);
  const body = form.text('Body');
  if (!body) throw new TwilioError(21602);
  if (body.length > maxBodyCharacters) throw new TwilioError(21617);
  const wishes = {
    statusCallback: form.url('StatusCallback', 21609),
    validitySeconds: form.integer('ValidityPeriod', 1, 36_000, 90007),
  };
  return sendMessage(network, { accountSid: account.accountSid, from, to, body }, wishes);
}

export function updateMessage(network: Network, message: Message, parameters: URLSearchParams): Message {
  const form = readForm(parameters, ['Status']);
  if (form.oneOf('Status', ['canceled']) === undefined) throw new TwilioError(20002, 'Status');
  if (!cancelMessage(network, message)) throw new TwilioError(30409);
  return message;
}

export function listMessages(network: Network, account: Account, parameters: URLSearchParams, path: string): object {
  const form = readForm(parameters, [
    'To',
    'From',
    'DateSent',
    'DateSent<',
    'DateSent>',
    'PageSize',
    'Page',
    'PageToken',
  ]);
  const to = form.text('To');
  const from = form.text('From');
  // A message that was not sent yet is found by when it was made: Twilio lists it, too.
  const sent = dateFilter(form, 'DateSent');
  const handset = [to, from].find((number) => number !== undefined && number !== account.from);
  return listPage(network.messages.newestFirst(handset), form, {
    path,
    name: 'messages',
    matches: (message) =>
      message.accountSid === account.accountSid &&
      (to === undefined || message.to === to) &&
      (from === undefined || message.from === from) &&
      sent(message.sentAt ?? message.createdAt),
    resource: messageResource,
  });
}
