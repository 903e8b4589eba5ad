import { z } from 'zod';

const twilioAccount = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,32}$/, 'is 1 to 32 of a-z, 0-9 and -'),
  accountSid: z.string().startsWith('AC', 'starts with AC'),
  /** What requests are made with; webhooks may be signed with it. */
  authToken: z.string().min(1, 'is empty'),
  /** Signs webhooks as well: the account's other token, while one takes the other's place. */
  alternateAuthToken: z.string().min(1, 'is empty').optional(),
  /** E.164. */
  from: z.string().regex(/^\+[1-9]\d{4,14}$/, 'is not an E.164 number'),
  /** Where its API is reached instead of api.twilio.com. */
  baseUrl: z.url('is not an address').optional(),
});

const accounts = z
  .array(twilioAccount)
  .min(1, 'names no account')
  .refine((all) => new Set(all.map((one) => one.id)).size === all.length, 'has two accounts of one id');

/** JSON in a variable of the environment. */
export const jsonText = z.string().transform((text, ctx) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    ctx.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
});

/** An account with Twilio: each is a provider by itself. */
export type TwilioAccount = z.infer<typeof twilioAccount>;

/** What every notifier is told. */
export interface CommonConfig {
  natsUrl: string;
  mongoUrl: string;
  /** 0: any free one. */
  port: number;
  host?: string | undefined;
  /** How providers reach us; `http://127.0.0.1:<port>` where absent. Signatures are checked against it. */
  publicUrl?: string | undefined;
  /** How long one request to a provider may take. */
  providerTimeoutMs: number;
  logLevel?: string | undefined;
}

/** A telephone notifier's. */
export interface NotifierConfig extends CommonConfig {
  twilioAccounts: TwilioAccount[];
}

/** Any notifier's environment; a channel adds its own. */
export const commonEnvironment = z.object({
  NATS_URL: z.string().min(1),
  MONGODB_URL: z.string().min(1),
  NOTIFIER_PORT: z.coerce.number().int().min(0).max(65_535),
  NOTIFIER_HOST: z.string().optional(),
  PUBLIC_URL: z.url().optional(),
  PROVIDER_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(5_000),
  LOG_LEVEL: z.string().optional(),
});

export function commonConfig(env: z.infer<typeof commonEnvironment>): CommonConfig {
  return {
    natsUrl: env.NATS_URL,
    mongoUrl: env.MONGODB_URL,
    port: env.NOTIFIER_PORT,
    host: env.NOTIFIER_HOST,
    publicUrl: env.PUBLIC_URL,
    providerTimeoutMs: env.PROVIDER_TIMEOUT_MS,
    logLevel: env.LOG_LEVEL,
  };
}

/** A telephone notifier's environment. */
export const notifierEnvironment = commonEnvironment
  .extend({ TWILIO_ACCOUNTS: jsonText.pipe(accounts) })
  .transform((env): NotifierConfig => ({ ...commonConfig(env), twilioAccounts: env.TWILIO_ACCOUNTS }));
