import { z } from 'zod';

/** How Temporal is spoken to, where it asks for more than an address. Files are read again while we run. */
export interface TemporalSecurity {
  tls?: {
    /** Who signed the server's certificate, where the system does not know: a file of PEM. */
    serverCaPath?: string | undefined;
    /** What we show to a server that asks who we are: files of PEM. */
    client?: { certPath: string; keyPath: string } | undefined;
    /** The name in the server's certificate, where it is not the address's. */
    serverName?: string | undefined;
  };
  apiKey?: { value: string } | { path: string };
}

const path = z.string().min(1).optional();

/** Named as Temporal's own tools name them, and each of them optional, but for `TEMPORAL_API_KEY_PATH`, which is ours. */
export const temporalEnvironment = z
  .object({
    TEMPORAL_ADDRESS: z.string().min(1),
    TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
    TEMPORAL_TLS: z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }).optional(),
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: path,
    TEMPORAL_TLS_SERVER_NAME: path,
    TEMPORAL_TLS_CLIENT_CERT_PATH: path,
    TEMPORAL_TLS_CLIENT_KEY_PATH: path,
    TEMPORAL_API_KEY: path,
    TEMPORAL_API_KEY_PATH: path,
  })
  .check(({ value: env, issues }) => {
    const problem = (field: string, message: string) =>
      void issues.push({ code: 'custom', input: env, path: [field], message });
    const { TEMPORAL_TLS_CLIENT_CERT_PATH: cert, TEMPORAL_TLS_CLIENT_KEY_PATH: key } = env;
    if (cert && !key) problem('TEMPORAL_TLS_CLIENT_KEY_PATH', 'is missing beside TEMPORAL_TLS_CLIENT_CERT_PATH');
    if (key && !cert) problem('TEMPORAL_TLS_CLIENT_CERT_PATH', 'is missing beside TEMPORAL_TLS_CLIENT_KEY_PATH');
    if (env.TEMPORAL_API_KEY && env.TEMPORAL_API_KEY_PATH)
      problem('TEMPORAL_API_KEY_PATH', 'is one too many beside TEMPORAL_API_KEY: give one of them');
    const needsTls = Object.entries(env).find(([name, value]) => /_TLS_|_API_KEY/.test(name) && value !== undefined);
    if (env.TEMPORAL_TLS === false && needsTls)
      problem('TEMPORAL_TLS', `switches off what ${needsTls[0]} needs: remove one of them`);
  })
  .transform((env) => ({
    temporalAddress: env.TEMPORAL_ADDRESS,
    temporalNamespace: env.TEMPORAL_NAMESPACE,
    temporalSecurity: securityOf(env),
  }));

interface Named {
  TEMPORAL_TLS?: boolean | undefined;
  TEMPORAL_TLS_SERVER_CA_CERT_PATH?: string | undefined;
  TEMPORAL_TLS_SERVER_NAME?: string | undefined;
  TEMPORAL_TLS_CLIENT_CERT_PATH?: string | undefined;
  TEMPORAL_TLS_CLIENT_KEY_PATH?: string | undefined;
  TEMPORAL_API_KEY?: string | undefined;
  TEMPORAL_API_KEY_PATH?: string | undefined;
}

/** A key, a certificate or a name asks for TLS by itself. */
function securityOf(env: Named): TemporalSecurity {
  const apiKey = env.TEMPORAL_API_KEY
    ? { value: env.TEMPORAL_API_KEY }
    : env.TEMPORAL_API_KEY_PATH && { path: env.TEMPORAL_API_KEY_PATH };
  const serverCaPath = env.TEMPORAL_TLS_SERVER_CA_CERT_PATH;
  const serverName = env.TEMPORAL_TLS_SERVER_NAME;
  const certPath = env.TEMPORAL_TLS_CLIENT_CERT_PATH;
  const keyPath = env.TEMPORAL_TLS_CLIENT_KEY_PATH;
  const client = certPath && keyPath ? { certPath, keyPath } : undefined;
  const tls = env.TEMPORAL_TLS || apiKey || serverCaPath || serverName || client;
  return { ...(tls ? { tls: { serverCaPath, serverName, client } } : {}), ...(apiKey ? { apiKey } : {}) };
}
