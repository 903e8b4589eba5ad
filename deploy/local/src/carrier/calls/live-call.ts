import type { Network } from '../network.ts';
import { tellCustomer } from '../webhooks/callbacks.ts';
import {
  type Call,
  type CallEvent,
  type CallWishes,
  durationSeconds,
  type EndStatus,
  type Instructions,
} from './call.ts';
import { callParameters } from './call-parameters.ts';
import { type Conversation, createConversation } from './conversation.ts';

/** SIP's own words for how a call ended, which Twilio passes on. */
const sipCodes: Readonly<Record<EndStatus, string>> = {
  completed: '200',
  busy: '486',
  'no-answer': '480',
  canceled: '487',
  failed: '503',
};

/** A call from when it was ordered until it ends. Whatever moves it on is ignored once it is too late for it. */
export interface LiveCall {
  readonly call: Call;
  readonly wishes: CallWishes;
  /** The carrier has begun to connect it; an engaged or switched-off phone ends it here. */
  dial(): void;
  answer(): Promise<void>;
  press(digit: string): Promise<boolean>;
  redirect(instructions: Instructions): void;
  end(status: EndStatus): void;
}

export function createLiveCall(network: Network, call: Call, wishes: CallWishes): LiveCall {
  const { clock, config, live } = network;
  const { secondMs, dialMs } = config.timings;
  const timers: (() => void)[] = [];
  const failsWith = network.faults.forFate({ accountSid: call.accountSid, kind: 'call', to: call.to });
  const conversation: Conversation = createConversation(network, call, wishes, () => end('completed'));
  let sequence = 0;

  function tell(event: CallEvent, extra: Record<string, string> = {}): void {
    const SequenceNumber = String(sequence);
    sequence += 1;
    if (!wishes.statusCallback || !wishes.events.has(event)) return;
    const Timestamp = new Date(call.updatedAt).toUTCString().replace('GMT', '+0000');
    tellCustomer(network, 'call', call, {
      ...wishes.statusCallback,
      parameters: {
        ...callParameters(call),
        CallbackSource: 'call-progress-events',
        SequenceNumber,
        Timestamp,
        ...extra,
      },
    });
  }

  function move(status: Call['status']): number {
    call.status = status;
    call.updatedAt = clock.now();
    network.changed(call.handset);
    return call.updatedAt;
  }

  function dial(): void {
    if (call.status !== 'queued') return;
    move('initiated');
    tell('initiated');
    timers.push(clock.after(dialMs, ring));
  }

  function ring(): void {
    if (failsWith !== undefined) return end('failed');
    const { off, busy, voicemail, autoAnswer } = network.handset(call.to).habits;
    if (busy) return end('busy');
    if (off) return voicemail ? void pickUp(true) : end('no-answer');
    call.ringingAt = move('ringing');
    tell('ringing');
    const ringMs = Math.min(wishes.timeoutSeconds * secondMs, config.ringMs ?? Number.POSITIVE_INFINITY);
    timers.push(clock.after(ringMs, () => (voicemail ? void pickUp(true) : end('no-answer'))));
    if (autoAnswer !== undefined && autoAnswer !== false) {
      timers.push(clock.after(autoAnswer === true ? 0 : autoAnswer, () => void pickUp(false)));
    }
  }

  async function pickUp(machine: boolean): Promise<void> {
    if (call.status !== 'ringing' && call.status !== 'initiated') return;
    clearTimers();
    call.answeredAt = move('in-progress');
    const answeredBy = !machine ? 'human' : wishes.machineDetection === 'Enable' ? 'machine_start' : 'machine_end_beep';
    if (wishes.machineDetection && !wishes.asyncAmd) call.answeredBy = answeredBy;
    tell('answered');
    if (wishes.machineDetection && wishes.asyncAmd) {
      call.answeredBy = answeredBy;
      const { url, method } = wishes.asyncAmd;
      const { CallSid, AccountSid } = callParameters(call) as { CallSid: string; AccountSid: string };
      const parameters = { CallSid, AccountSid, AnsweredBy: answeredBy, MachineDetectionDuration: '0' };
      if (url) tellCustomer(network, 'call', call, { url, method, parameters });
    }
    timers.push(clock.after(Math.min(wishes.timeLimitSeconds * secondMs, 2 ** 31 - 1), () => end('completed')));
    await conversation.begin(wishes.instructions);
  }

  function end(status: EndStatus): void {
    if (!live.delete(call.sid)) return;
    clearTimers();
    call.endedAt = clock.now();
    move(status);
    conversation.stop();
    const seconds = durationSeconds(call);
    const Duration = String(Math.ceil(seconds / 60));
    tell('completed', {
      SipResponseCode: sipCodes[status],
      CallDuration: String(seconds),
      ...(seconds > 0 && { Duration }),
      ...(status === 'failed' && failsWith !== undefined && { ErrorCode: String(failsWith) }),
    });
  }

  function clearTimers(): void {
    for (const cancel of timers.splice(0)) cancel();
  }

  return {
    call,
    wishes,
    dial,
    answer: () => pickUp(false),
    press: (digit) => conversation.press(digit),
    redirect(instructions) {
      if (call.status === 'in-progress') void conversation.begin(instructions);
      else wishes.instructions = instructions;
    },
    end,
  };
}
