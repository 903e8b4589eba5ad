import { z } from 'zod';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether a host is this machine: only there may passwords and tokens travel without TLS. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** https, or http on this machine. */
const safeUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname);
}, 'must be https, as only loopback addresses may do without');

/** An OpenID Connect provider that people sign in with. */
export const oidcProvider = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,32}$/),
  name: z.string().min(1).max(60),
  issuer: safeUrl,
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
});

export type OidcProvider = z.infer<typeof oidcProvider>;

/** What the gateway is told from outside. */
export const gatewayConfig = z.object({
  natsUrl: z.string().min(1),
  mongoUrl: z.url({ protocol: /^mongodb(\+srv)?$/ }),
  /** 0: any free one. */
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1).optional(),
  /** Where browsers find it; absent: this machine's own address, over http. */
  publicUrl: safeUrl.optional(),
  /** 32 bytes in base64: seals names, mail addresses and TOTP secrets. With commas, the newest first, while it is rotated. */
  masterKey: z.string().min(1),
  /** Whose first user is made with the set-up link. */
  organisationId: z.string().min(1).max(64),
  oidc: z
    .array(oidcProvider)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'ids must differ')
    .optional(),
  /** Where senders post, without a key: ingestion's public address with its path. Absent: whoever connects a sender has to know. */
  intakeUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** What browsers subscribe to (RFC 8292): the public half of the push notifier's pair. Absent: there is no push. */
  vapidPublicKey: z
    .string()
    .regex(/^B[A-P][A-Za-z0-9_-]{85}$/, 'must be a public key of P-256 in base64url')
    .optional(),
  /** Where the built console is; absent: none is served. */
  consoleDir: z.string().min(1).optional(),
  /** Proxies whose `X-Forwarded-For` is believed: addresses or networks. */
  trustedProxies: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).optional(),
  /** What one signed-in user or key may ask in a minute, of one replica. */
  requestsPerMinute: z.coerce.number().int().min(10).max(1_000_000).optional(),
  /** What those of one network who are not signed in may ask in a minute, of one replica: signing in, and credentials that are not good. */
  strangersPerMinute: z.coerce.number().int().min(1).max(1_000_000).optional(),
  logLevel: z.string().min(1).optional(),
});

export type GatewayConfig = z.infer<typeof gatewayConfig>;

const {
  natsUrl,
  mongoUrl,
  port,
  host,
  publicUrl,
  masterKey,
  organisationId,
  intakeUrl,
  vapidPublicKey,
  consoleDir,
  trustedProxies,
  requestsPerMinute,
  strangersPerMinute,
  logLevel,
} = gatewayConfig.shape;

/** A list in JSON, such as `[{ "id": "corp", … }]`. */
const providers = z
  .string()
  .transform((text, ctx) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      ctx.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.array(oidcProvider))
  .optional();

/** What its process is told: each variable, and what it has to be. */
export const gatewayEnvironment = z.object({
  NATS_URL: natsUrl,
  MONGODB_URL: mongoUrl,
  GATEWAY_PORT: port,
  GATEWAY_HOST: host,
  PUBLIC_URL: publicUrl,
  GATEWAY_MASTER_KEY: masterKey,
  GATEWAY_ORGANISATION: organisationId,
  GATEWAY_OIDC: providers,
  GATEWAY_INTAKE_URL: intakeUrl,
  GATEWAY_CONSOLE: consoleDir,
  VAPID_PUBLIC_KEY: vapidPublicKey,
  GATEWAY_TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(trustedProxies.unwrap())
    .optional(),
  GATEWAY_REQUESTS_PER_MINUTE: requestsPerMinute,
  GATEWAY_STRANGERS_PER_MINUTE: strangersPerMinute,
  LOG_LEVEL: logLevel,
});
