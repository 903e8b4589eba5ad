import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** How a receiver meets a message. */
export type Meeting =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Reads it and never answers. */
  | 'hang'
  /** Answers 200 with a body that never ends. */
  | 'drip'
  /** Reads it, and the connection breaks before an answer. */
  | 'drop';

export interface Got {
  id: string;
  at: number;
  path: string;
  headers: IncomingHttpHeaders;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
  metWith: Meeting;
}

export interface Receiver {
  readonly url: string;
  /** Everything that came, in order; all of it verified. */
  readonly got: Got[];
  /** What broke the rules: bad signatures, no JSON, other methods. */
  readonly problems: string[];
  /** Requests that were open at once, at most. */
  readonly mostAtOnce: number;
  /** What its messages are verified with: of several, each signature is. */
  secrets: string[];
  /** What comes next, one each; afterwards `usual`. */
  next(...meetings: Meeting[]): void;
  usual: Meeting;
  stop(): Promise<void>;
}

/** Somebody's endpoint on loopback, which checks what comes with the library of Standard Webhooks. */
export async function startReceiver(secrets: string[] = [], port = 0): Promise<Receiver> {
  const got: Got[] = [];
  const problems: string[] = [];
  const script: Meeting[] = [];
  let open = 0;
  let mostAtOnce = 0;

  const server = createServer(async (req, res) => {
    open += 1;
    mostAtOnce = Math.max(mostAtOnce, open);
    res.once('close', () => {
      open -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const headers = req.headers as Record<string, string>;
    const problem = req.method === 'POST' ? verify(text, headers, receiver.secrets) : `a ${req.method}`;
    if (problem !== null) {
      problems.push(problem);
      return void res.writeHead(400).end(problem);
    }
    const metWith = script.shift() ?? receiver.usual;
    const id = headers['webhook-id'] ?? '';
    got.push({ id, at: Date.now(), path: req.url ?? '', headers: req.headers, body: JSON.parse(text), metWith });
    meet(metWith, res);
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));

  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    got,
    problems,
    secrets,
    usual: { status: 204 },
    get mostAtOnce() {
      return mostAtOnce;
    },
    next: (...meetings) => void script.push(...meetings),
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return receiver;
}

/** What is wrong with a message, or null: every secret that its receiver knows has to verify it. */
function verify(body: string, headers: Record<string, string>, secrets: string[]): string | null {
  if (headers['content-type'] !== 'application/json') return 'it is no JSON';
  try {
    for (const secret of secrets) new Webhook(secret).verify(body, headers);
    return secrets.length > 0 ? null : 'the receiver has no secret';
  } catch (error) {
    return `not verified: ${String(error)}`;
  }
}

function meet(meeting: Meeting, res: ServerResponse): void {
  if (meeting === 'hang') return;
  if (meeting === 'drop') return void res.socket?.destroy();
  if (meeting === 'drip') {
    res.writeHead(200);
    const drip = setInterval(() => res.write('.'), 20);
    res.once('close', () => clearInterval(drip));
    return;
  }
  res.writeHead(meeting.status, meeting.headers).end(meeting.body);
}
