import {
  type Call,
  type CallEvent,
  type CallWishes,
  callEvents,
  callStatuses,
  type Instructions,
} from '../calls/call.ts';
import { placeCall } from '../calls/place-call.ts';
import { type Form, readForm } from '../form.ts';
import type { Network } from '../network.ts';
import type { Account } from '../options.ts';
import { TwilioError } from '../twilio-error.ts';
import { dateFilter, listPage } from './list-page.ts';
import { callResource } from './resources.ts';

/** Url wins over Twiml at Twilio; asking for both is a mistake here. */
const steering = ['Url', 'Method', 'Twiml', 'FallbackUrl', 'FallbackMethod', 'StatusCallback', 'StatusCallbackMethod'];
const detection = [
  'MachineDetection',
  'MachineDetectionTimeout',
  'MachineDetectionSpeechThreshold',
  'MachineDetectionSpeechEndThreshold',
  'MachineDetectionSilenceTimeout',
  'AsyncAmd',
  'AsyncAmdStatusCallback',
  'AsyncAmdStatusCallbackMethod',
];
/** Twilio's longest call. */
const fourHours = 14_400;

export function createCall(network: Network, account: Account, parameters: URLSearchParams): Call {
  const form = readForm(
    parameters,
    ['To', 'From', 'Timeout', 'TimeLimit', ...steering, ...detection],
    ['StatusCallbackEvent'],
  );
  const to = form.number('To', 21201, 21211);
  const from = form.number('From', 21213, 21212);
  if (from !== account.from) throw new TwilioError(21210, from);
  const instructions = readInstructions(form);
  if (!instructions) throw new TwilioError(21218);
  const wishes: CallWishes = {
    instructions,
    fallback: callback(form, 'FallbackUrl', 'FallbackMethod', 21205),
    statusCallback: callback(form, 'StatusCallback', 'StatusCallbackMethod', 21609),
    events: readEvents(form),
    timeoutSeconds: form.integer('Timeout', 1, 600, 21208) ?? 60,
    timeLimitSeconds: form.integer('TimeLimit', 1, 86_400, 20002) ?? fourHours,
    ...readDetection(form),
  };
  return placeCall(network, { accountSid: account.accountSid, from, to }, wishes);
}

/**
 * `canceled` ends a call that has not been answered and leaves another as it is; `completed` ends it in any case. Instructions
 * replace those of a call in progress. A call that has ended takes no update.
 */
export function updateCall(network: Network, call: Call, parameters: URLSearchParams): Call {
  const form = readForm(parameters, ['Status', ...steering]);
  const status = form.oneOf('Status', ['canceled', 'completed']);
  const instructions = readInstructions(form);
  const fallback = callback(form, 'FallbackUrl', 'FallbackMethod', 21205);
  const statusCallback = callback(form, 'StatusCallback', 'StatusCallbackMethod', 21609);
  const live = network.live.get(call.sid);
  if (!live || (instructions && call.status !== 'in-progress')) throw new TwilioError(21220);

  if (fallback) live.wishes.fallback = fallback;
  if (statusCallback) live.wishes.statusCallback = statusCallback;
  if (instructions) live.redirect(instructions);
  if (status && call.status !== 'in-progress') live.end('canceled');
  else if (status === 'completed') live.end('completed');
  return call;
}

export function listCalls(network: Network, account: Account, parameters: URLSearchParams, path: string): object {
  const times = ['StartTime', 'StartTime<', 'StartTime>'];
  const form = readForm(parameters, ['To', 'From', 'Status', ...times, 'PageSize', 'Page', 'PageToken']);
  const to = form.text('To');
  const from = form.text('From');
  const status = form.oneOf('Status', callStatuses);
  // A call that did not ring yet is found by when it was made: Twilio lists it, too.
  const started = dateFilter(form, 'StartTime');
  return listPage(network.calls.newestFirst(to), form, {
    path,
    name: 'calls',
    matches: (call) =>
      call.accountSid === account.accountSid &&
      (from === undefined || call.from === from) &&
      (status === undefined || call.status === status) &&
      started(call.answeredAt ?? call.ringingAt ?? call.createdAt),
    resource: callResource,
  });
}

function readInstructions(form: Form): Instructions | undefined {
  const url = form.url('Url', 21205);
  const method = form.method('Method');
  const twiml = form.text('Twiml');
  if (url !== undefined && twiml !== undefined) throw new TwilioError(20002, 'Twiml');
  if (url !== undefined) return { url, method };
  return twiml === undefined ? undefined : { twiml };
}

function callback(
  form: Form,
  urlName: string,
  methodName: string,
  malformed: 21205 | 21609,
): { url: string; method: 'GET' | 'POST' } | undefined {
  const url = form.url(urlName, malformed);
  const method = form.method(methodName);
  return url === undefined ? undefined : { url, method };
}

function readEvents(form: Form): ReadonlySet<CallEvent> {
  const wanted = form.all('StatusCallbackEvent').map((name) => {
    const event = callEvents.find((known) => known === name);
    if (!event) throw new TwilioError(21626, name);
    return event;
  });
  return new Set(wanted.length > 0 ? wanted : ['completed']);
}

function readDetection(form: Form): Pick<CallWishes, 'machineDetection' | 'asyncAmd'> {
  form.integer('MachineDetectionTimeout', 3, 59, 20002);
  form.integer('MachineDetectionSpeechThreshold', 1000, 6000, 20002);
  form.integer('MachineDetectionSpeechEndThreshold', 500, 5000, 20002);
  form.integer('MachineDetectionSilenceTimeout', 2000, 10_000, 20002);
  const machineDetection = form.oneOf('MachineDetection', ['Enable', 'DetectMessageEnd']);
  const told = callback(form, 'AsyncAmdStatusCallback', 'AsyncAmdStatusCallbackMethod', 21609);
  if (form.oneOf('AsyncAmd', ['true', 'false']) !== 'true') return { machineDetection };
  return { machineDetection, asyncAmd: told ?? { method: 'POST' } };
}
