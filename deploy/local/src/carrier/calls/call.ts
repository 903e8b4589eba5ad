export type CallStatus = 'queued' | 'initiated' | 'ringing' | 'in-progress' | EndStatus;
export type EndStatus = 'completed' | 'busy' | 'no-answer' | 'canceled' | 'failed';
export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';
export const callEvents: readonly CallEvent[] = ['initiated', 'ringing', 'answered', 'completed'];
export const callStatuses: readonly CallStatus[] = [
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'no-answer',
  'canceled',
  'failed',
];

export interface Call {
  readonly sid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  /** The person's number. */
  readonly handset: string;
  readonly createdAt: number;
  status: CallStatus;
  updatedAt: number;
  ringingAt?: number;
  answeredAt?: number;
  endedAt?: number;
  answeredBy?: 'human' | 'machine_start' | 'machine_end_beep';
  /** Every `<Say>` that was begun, in order. */
  readonly spoken: string[];
  /** Every key that the call heard. */
  digits: string;
  /** Whether a key pressed now would be heard. */
  listening: boolean;
}

/** Where a call's instructions come from. */
export type Instructions = { twiml: string } | { url: string; method: 'GET' | 'POST' };

/** What the customer asked for along with a call; an update may change it. */
export interface CallWishes {
  instructions: Instructions;
  fallback?: { url: string; method: 'GET' | 'POST' } | undefined;
  statusCallback?: { url: string; method: 'GET' | 'POST' } | undefined;
  events: ReadonlySet<CallEvent>;
  timeoutSeconds: number;
  timeLimitSeconds: number;
  machineDetection?: 'Enable' | 'DetectMessageEnd' | undefined;
  /** With this, the call goes on at once and who answered is told here. */
  asyncAmd?: { url?: string | undefined; method: 'GET' | 'POST' } | undefined;
}

export function durationSeconds(call: Call): number {
  if (call.answeredAt === undefined || call.endedAt === undefined) return 0;
  return Math.max(1, Math.ceil((call.endedAt - call.answeredAt) / 1000));
}
