import { z } from 'zod';
import { isE164 } from './numbers.ts';

const httpUrl = z.url({ protocol: /^https?$/ });
const e164 = z.string().refine(isE164, 'must be an E.164 number such as +15551230001');
const milliseconds = z.number().nonnegative();

const account = z.strictObject({
  accountSid: z.string().regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hexadecimal digits'),
  authToken: z.string().min(1),
  /** The number that the account owns: the only sender it may use. */
  from: e164,
  /** Where replies to that number are posted. */
  smsUrl: httpUrl.optional(),
});

const timings = z.strictObject({
  /** How long a message or a call waits in the carrier's queue, and can be called off. */
  queueMs: milliseconds.default(20),
  /** From a message's `sent` to its `delivered`. */
  deliverMs: milliseconds.default(20),
  /** From a call's `initiated` to its `ringing`. */
  dialMs: milliseconds.default(20),
  /** How long a second of Twilio's lasts (Timeout, ValidityPeriod, `<Pause>`, `<Gather timeout>`). */
  secondMs: milliseconds.default(1000),
  /** How long the voice takes for a character; a person speaks at about 60. */
  speechMsPerCharacter: milliseconds.default(0),
});

const options = z.strictObject({
  /** 0 takes any free port. */
  port: z.int().min(0).max(65_535),
  host: z.string().default('127.0.0.1'),
  accounts: z.array(account),
  /** The longest that a phone rings; without it, the call's own Timeout alone ends the ringing. */
  ringMs: milliseconds.optional(),
  timings: timings.prefault({}),
});

/** What the carrier tells its operator; pino's loggers fit. */
export interface CarrierLog {
  info(fields: object, phrase: string): void;
  warn(fields: object, phrase: string): void;
}

export type Account = z.infer<typeof account>;
export type Timings = z.infer<typeof timings>;
export type CarrierOptions = z.input<typeof options> & { log?: CarrierLog };
export type CarrierConfig = z.infer<typeof options>;

/** @throws Error that names every option that is wrong. */
export function parseOptions(input: Omit<CarrierOptions, 'log'>): CarrierConfig {
  const result = options.safeParse(input);
  if (result.success) return result.data;
  throw new Error(`the carrier's options are wrong:\n${z.prettifyError(result.error)}`);
}
