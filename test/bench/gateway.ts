import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '@tocsin/local/engines';
import { until } from '@tocsin/platform';
import { createServiceProcess } from '../harness/processes.ts';
import { type Usage, usageOf } from './machine/process-usage.ts';
import type { MeasuredSystem } from './system.ts';

/** The gateway in a process of its own, beside a measured system, and its first user in a browser. */
export interface MeasuredGateway {
  /** Milliseconds are the caller's to count. Rejects where the answer is not 200. */
  get(path: string): Promise<string>;
  /** A stream of events; `heard` is called with each piece of it. Resolves once its first piece is there. */
  follow(heard: (piece: string) => void): Promise<void>;
  usage(): Promise<Usage>;
}

const CONNECTIONS = 64;
const FIRST_USER = { name: 'Ola Owner', email: 'ola@example.com', password: 'correct horse battery' };

export async function withGateway<T>(
  { engines }: MeasuredSystem,
  work: (gateway: MeasuredGateway) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-gateway-'));
  const logFile = path.join(folder, 'gateway.log');
  const env = {
    NATS_URL: engines.natsUrl,
    MONGODB_URL: engines.mongoUrl,
    GATEWAY_PORT: String(port),
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEWAY_ORGANISATION: 'acme',
    GATEWAY_REQUESTS_PER_MINUTE: '1000000',
    LOG_LEVEL: 'warn',
  };
  const gateway = createServiceProcess('gateway', env, logFile);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const streams = new Agent({ keepAlive: false });
  gateway.start();
  try {
    const link = await until(async () => /http:\S+#(\S+)/.exec(await readFile(logFile, 'utf8').catch(() => ''))?.[1], {
      timeoutMs: 30_000,
      what: 'the gateway to print its set-up link',
    });
    const base = `http://127.0.0.1:${port}`;
    const made = await fetch(`${base}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: base },
      body: JSON.stringify({ token: link, ...FIRST_USER }),
    });
    if (made.status !== 201) throw new Error(`the first user was not made: ${made.status} ${await made.text()}`);
    const cookie = made.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const headers = { cookie };
    return await work({
      get: (below) =>
        new Promise((resolve, reject) => {
          const asked = request(`${base}/api/v1${below}`, { agent, headers }, (res) => {
            let body = '';
            res.setEncoding('utf8');
            res.on('data', (piece: string) => {
              body += piece;
            });
            res.on('end', () =>
              res.statusCode === 200 ? resolve(body) : reject(new Error(`${below}: ${res.statusCode} ${body}`)),
            );
            res.on('error', reject);
          });
          asked.on('error', reject);
          asked.end();
        }),
      follow: (heard) =>
        new Promise((resolve, reject) => {
          const asked = request(`${base}/api/v1/live`, { agent: streams, headers }, (res) => {
            if (res.statusCode !== 200) return reject(new Error(`the feed answered ${res.statusCode}`));
            res.setEncoding('utf8');
            res.on('data', (piece: string) => {
              resolve();
              heard(piece);
            });
            res.on('error', () => undefined);
          });
          asked.on('error', reject);
          asked.end();
        }),
      usage: () => usageOf(gateway.pid!),
    });
  } finally {
    agent.destroy();
    streams.destroy();
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
