import http from 'node:http';
import https from 'node:https';
import { type Guard, NotAllowed } from './guard.ts';

/** To one host. A peer that hangs keeps this many connections and no others. */
const CONNECTIONS = 50;

export interface PostAnswer {
  status: number;
  text: string;
  /** How long it asked to be left alone, where it did. */
  retryAfterMs: number | undefined;
}

export type PostFailure =
  /** These never left. */
  | 'address-not-allowed'
  | 'name-unknown'
  | 'unreachable'
  | 'tls-refused'
  /** These may have arrived. */
  | 'timeout'
  | 'connection-cut'
  | 'answer-too-long';

/** A request that got no answer. It names no address. */
export class PostFailed extends Error {
  readonly reason: PostFailure;

  constructor(reason: PostFailure) {
    super(`the request got no answer: ${reason}`);
    this.name = 'PostFailed';
    this.reason = reason;
  }

  /** Certainly nobody got it. Otherwise nobody knows. */
  get neverLeft(): boolean {
    return ['address-not-allowed', 'name-unknown', 'unreachable', 'tls-refused'].includes(this.reason);
  }
}

/** Makes one POST: never repeated, never redirected, ended by the signal. Throws PostFailed. */
export type Post = (
  url: string,
  request: { headers: Record<string, string>; body: string | Uint8Array; signal: AbortSignal },
) => Promise<PostAnswer>;

export interface PostOptions {
  /** For addresses that people gave us; null for those of the operator. */
  guard: Guard | null;
  /** The most of an answer that is read. */
  answerBytes: number;
  /** A longer answer is a failure, or is cut off there: its status is all that is wanted. */
  longer: 'fails' | 'is-cut';
}

export function createPost({ guard, answerBytes, longer }: PostOptions): Post {
  const agents = {
    http: new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
    https: new https.Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
  };

  async function readText(response: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > answerBytes && longer === 'fails') throw new PostFailed('answer-too-long');
      chunks.push(chunk);
      // Leaving the loop closes the connection.
      if (bytes > answerBytes) break;
    }
    return Buffer.concat(chunks).subarray(0, answerBytes).toString();
  }

  return (address, { headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const url = new URL(address);
      try {
        guard?.check(url);
      } catch {
        return reject(new PostFailed('address-not-allowed'));
      }
      const isTls = url.protocol === 'https:';
      const reached = { host: false, peer: false };
      const request = (isTls ? https : http).request(url, {
        method: 'POST',
        agent: isTls ? agents.https : agents.http,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal,
        ...(guard ? { lookup: guard.lookup(url) } : {}),
      });
      request.on('socket', (socket) => {
        if (request.reusedSocket) {
          reached.peer = true;
          return;
        }
        socket.once('connect', () => (reached.host = true));
        socket.once(isTls ? 'secureConnect' : 'connect', () => (reached.peer = true));
      });
      let answering = false;
      // Once an answer has begun, reading it says how it ends.
      request.on('error', (error) => answering || reject(new PostFailed(failureOf(error, reached, signal))));
      request.on('response', (response) => {
        answering = true;
        const answered = (text: string) =>
          resolve({ status: response.statusCode ?? 0, text, retryAfterMs: retryAfterMs(response) });
        readText(response).then(answered, (error) => {
          if (error instanceof PostFailed) return reject(error);
          if (longer === 'is-cut') return answered('');
          reject(new PostFailed(signal.aborted ? 'timeout' : 'connection-cut'));
        });
      });
      request.end(body);
    });
}

function failureOf(
  error: NodeJS.ErrnoException,
  { host, peer }: { host: boolean; peer: boolean },
  signal: AbortSignal,
): PostFailure {
  if (error instanceof NotAllowed) return 'address-not-allowed';
  if (peer) return signal.aborted ? 'timeout' : 'connection-cut';
  if (error.syscall === 'getaddrinfo') return 'name-unknown';
  return host && !signal.aborted ? 'tls-refused' : 'unreachable';
}

/** In seconds, or as a date (RFC 9110, 10.2.3). */
function retryAfterMs({ headers }: http.IncomingMessage): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return ms >= 0 ? ms : undefined;
}
