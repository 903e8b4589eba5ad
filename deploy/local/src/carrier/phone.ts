import type { Call } from './calls/call.ts';
import type { PhoneHabits } from './handset.ts';
import type { Message } from './messages/message.ts';
import { type ReplyResult, replyFrom } from './messages/reply.ts';
import type { Network } from './network.ts';
import { isE164 } from './numbers.ts';

/** The phone cannot do that now (`busy`), or never could (`wrong`). */
export class PhoneError extends Error {
  readonly kind: 'busy' | 'wrong';

  constructor(kind: 'busy' | 'wrong', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** One person's phone, as its owner holds it. */
export interface Phone {
  readonly number: string;
  /** The texts that reached it, oldest first. */
  readonly messages: Readonly<Message>[];
  /** The texts that were written on it. */
  readonly replies: Readonly<Message>[];
  /** Every call to it, those still queued and those that ended included. */
  readonly calls: Readonly<Call>[];
  /** Changes how it behaves by itself; what is left out stays. */
  behave(habits: PhoneHabits): void;
  /** Takes the call that has rung longest; resolves once the call has said what it has to say until a key or time is waited for. */
  answer(callSid?: string): Promise<Readonly<Call>>;
  /** Presses one key or several in turn; resolves when what they led to waits again, with whether the last was listened for. */
  press(digits: string, callSid?: string): Promise<boolean>;
  /** Ends the call in progress, or declines the one that rings. */
  hangUp(callSid?: string): Promise<void>;
  /** Texts the number that wrote last, or another of the carrier's accounts. */
  reply(text: string, to?: string): Promise<ReplyResult>;
}

export function createPhone(network: Network, number: string): Phone {
  if (!isE164(number)) throw new PhoneError('wrong', `${number} is not an E.164 number`);

  function liveCall(statuses: readonly string[], callSid: string | undefined, what: string) {
    const call = network.calls
      .of(number)
      .find((candidate) => statuses.includes(candidate.status) && (callSid === undefined || candidate.sid === callSid));
    const live = call && network.live.get(call.sid);
    if (!live) throw new PhoneError('busy', `${number} has no ${what}${callSid ? ` ${callSid}` : ''}`);
    return live;
  }

  function texts(inbound: boolean): Message[] {
    return network.messages
      .of(number)
      .filter((each) => each.at !== undefined && (each.direction === 'inbound') === inbound);
  }

  return {
    number,
    get messages() {
      return texts(false);
    },
    get replies() {
      return texts(true);
    },
    get calls() {
      return [...network.calls.of(number)];
    },
    behave(habits) {
      const handset = network.handset(number);
      handset.habits = { ...handset.habits, ...habits };
      network.changed(number);
    },
    async answer(callSid) {
      const live = liveCall(['ringing'], callSid, 'ringing call');
      await live.answer();
      return live.call;
    },
    async press(digits, callSid) {
      if (!/^[0-9*#]+$/.test(digits)) throw new PhoneError('wrong', `"${digits}" has keys that no phone has`);
      const live = liveCall(['in-progress'], callSid, 'call in progress');
      let heard = false;
      for (const digit of digits) heard = await live.press(digit);
      return heard;
    },
    async hangUp(callSid) {
      const live = liveCall(['in-progress', 'ringing'], callSid, 'call to hang up');
      live.end(live.call.status === 'in-progress' ? 'completed' : 'busy');
    },
    async reply(text, to) {
      if (text.trim() === '') throw new PhoneError('wrong', 'an empty text is not sent');
      const accounts = [...network.accounts.values()];
      const sender = to ?? texts(false).at(-1)?.from ?? accounts[0]?.from;
      const account = accounts.find((candidate) => candidate.from === sender);
      if (!account) throw new PhoneError('wrong', `${sender} is no number of this carrier's accounts`);
      return replyFrom(network, number, account, text);
    },
  };
}
