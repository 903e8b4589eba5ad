import http from 'node:http';
import https from 'node:https';
import { type Guard, NotAllowed } from '@tocsin/platform';
import { ProviderError } from '../provider.ts';

const LONGEST_ANSWER_BYTES = 256_000;
/** To one host. A peer that hangs keeps this many connections and no others. */
const CONNECTIONS = 50;

export interface Answer {
  status: number;
  text: string;
  /** How long it asked to be left alone, where it did. */
  retryAfterMs: number | undefined;
}

/** Makes one POST: never repeated, never redirected, ended by the signal. Throws a ProviderError that names no address. */
export type Post = (
  url: string,
  request: { headers: Record<string, string>; body: string | Uint8Array; signal: AbortSignal },
) => Promise<Answer>;

/** With a guard for addresses that people gave us; without one for those of the operator. */
export function createPost(guard: Guard | null): Post {
  const agents = {
    http: new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
    https: new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
  };
  return (address, { headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      try {
        guard?.check(url);
      } catch {
        return reject(notAllowed());
      }
      const isTls = url.protocol === 'https:';
      let begun = false;
      const request = (isTls ? https : http).request(url, {
        method: 'POST',
        agent: isTls ? agents.https : agents.http,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal,
        ...(guard ? { lookup: guard.lookup(url) } : {}),
      });
      request.on('socket', (socket) => {
        if (!socket.connecting) begun = true;
        else socket.once(isTls ? 'secureConnect' : 'connect', () => (begun = true));
      });
      request.on('error', (error) => reject(connectionError(error, begun, signal)));
      request.on('response', (response) => {
        readText(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, text, retryAfterMs: retryAfterMs(response) }),
          (error) => reject(error instanceof ProviderError ? error : connectionError(error, true, signal)),
        );
      });
      request.end(body);
    });
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LONGEST_ANSWER_BYTES) throw new ProviderError('unknown', 'answer-too-long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Only what certainly never left is a plain failure; everything else may have arrived. */
function connectionError(error: Error, begun: boolean, signal: AbortSignal): ProviderError {
  if (error instanceof NotAllowed) return notAllowed();
  if (!begun) return new ProviderError('temporary', 'provider-unreachable');
  return new ProviderError('unknown', signal.aborted ? 'provider-timeout' : 'connection-cut');
}

function notAllowed(): ProviderError {
  return new ProviderError('invalid-target', 'address-not-allowed');
}

/** In seconds, or as a date (RFC 9110, 10.2.3). */
function retryAfterMs({ headers }: http.IncomingMessage): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return ms >= 0 ? ms : undefined;
}
