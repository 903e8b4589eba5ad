import { ProviderError } from '../provider.ts';
import { toProviderError } from './provider-error.ts';

/** What the `twilio` package hands to its HTTP client, as far as we use it. */
interface TransportRequest {
  method: string;
  uri: string;
  username?: string;
  password?: string;
  headers?: Record<string, string>;
  params?: object;
  data?: unknown;
}

/** An HTTP client for the `twilio` package, for one request. */
export interface TwilioTransport {
  request(opts: TransportRequest): Promise<{ statusCode: number; body: string; headers: Record<string, string> }>;
}

interface HeardTransport extends TwilioTransport {
  /** False while nothing was sent at all. */
  begun(): boolean;
  /** How long Twilio asked to be left alone, where it did. */
  retryAfterMs(): number | undefined;
}

const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const LONGEST_ANSWER_BYTES = 1_000_000;

/** Runs one request of the `twilio` package over our own transport; what goes wrong becomes a ProviderError. */
export async function askTwilio<T>(
  opts: { baseUrl?: string | undefined; signal: AbortSignal },
  work: (httpClient: TwilioTransport) => Promise<T>,
): Promise<T> {
  const transport = createTransport(opts);
  try {
    return await work(transport);
  } catch (error) {
    if (!transport.begun()) throw new ProviderError('permanent', 'request-not-made');
    throw toProviderError(error, transport.retryAfterMs());
  }
}

/**
 * The package's own client cannot be aborted and knows no other address. This one is `fetch`, whose agent keeps connections
 * alive: one request, ended by the signal, sent to `baseUrl` where there is one, never retried or redirected.
 */
function createTransport(opts: { baseUrl?: string | undefined; signal: AbortSignal }): HeardTransport {
  let begun = false;
  let retryAfterMs: number | undefined;
  return {
    begun: () => begun,
    retryAfterMs: () => retryAfterMs,
    async request({ method, uri, username, password, headers = {}, params, data }) {
      const url = address(uri, opts.baseUrl, params);
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      begun = true;
      try {
        const response = await fetch(url, {
          method: method.toUpperCase(),
          headers: { ...headers, Authorization: `Basic ${auth}` },
          ...(data === undefined ? {} : { body: form(data as object) }),
          redirect: 'manual',
          signal: opts.signal,
        });
        const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
        if (seconds >= 0) retryAfterMs = seconds * 1_000;
        const body = await response.text();
        if (body.length > LONGEST_ANSWER_BYTES) throw new ProviderError('unknown', 'answer-too-long');
        return { statusCode: response.status, body, headers: Object.fromEntries(response.headers) };
      } catch (error) {
        throw error instanceof ProviderError ? error : connectionError(error, opts.signal);
      }
    },
  };
}

/** Only what certainly never left is a plain failure; everything else may have arrived. */
function connectionError(error: unknown, signal: AbortSignal): ProviderError {
  if (signal.aborted) return new ProviderError('unknown', 'provider-timeout');
  const code = (error as { cause?: { code?: string } }).cause?.code ?? '';
  if (NEVER_LEFT.has(code)) return new ProviderError('temporary', 'provider-unreachable');
  return new ProviderError('unknown', 'connection-cut');
}

function address(uri: string, baseUrl: string | undefined, params: object | undefined): URL {
  const { pathname, search } = new URL(uri);
  const url = baseUrl === undefined ? new URL(uri) : new URL(`${baseUrl.replace(/\/+$/, '')}${pathname}${search}`);
  for (const [name, value] of entries(params ?? {})) url.searchParams.append(name, value);
  return url;
}

function form(data: object): URLSearchParams {
  return new URLSearchParams(entries(data));
}

function entries(data: object): [string, string][] {
  return Object.entries(data).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined || value === null) return [];
    return (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]);
  });
}
