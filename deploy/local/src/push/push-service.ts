import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PushMessage, parsePushMessage } from '@tocsin/console/notification';
import { until } from '@tocsin/platform';
import { type Behaviours, createBehaviours } from '../chat/index.ts';
import { wrongVapid } from './check-vapid.ts';
import { decryptPush } from './decrypt.ts';
import { createDevice, type Device, LOCAL_PUSH, type TellTocsin } from './device.ts';

export interface PushServiceOptions {
  /** 0: any free one. */
  port: number;
  /** The key that browsers subscribed to. */
  publicKey: string;
  /** Where devices answer: the console's API. */
  tell?: TellTocsin;
}

/** A push that was taken. */
export interface TakenPush {
  device: string;
  /** Of the subscription, as a contact method has it. */
  to: string;
  ttlSeconds: number;
  urgency: string;
  topic: string;
  /** As the browser opens it. */
  text: string;
  message: PushMessage;
  at: number;
}

/** A strict stand-in for a browser vendor's push service, on loopback, with the browsers behind it. */
export interface LocalPushService extends Pick<Behaviours, 'next' | 'fault'> {
  /** Where it is, for whoever reaches `LOCAL_PUSH` elsewhere. */
  readonly baseUrl: string;
  readonly publicKey: string;
  readonly pushes: readonly TakenPush[];
  /** Requests, whatever became of them. */
  readonly asked: number;
  /** Somebody's browser, subscribed when first spoken of. */
  device(name: string): Device;
  readonly devices: readonly Device[];
  /** The subscription is no more: what comes for it is answered with 410. */
  unsubscribe(name: string): void;
  /** Presses a button as people do: where it did not work they press again. */
  answer(name: string, tag: string, answer: 'accept' | 'reject'): Promise<void>;
  /** Calls back whenever something on a device's screen changed. */
  onChange(listener: (device: Device) => void): void;
  /** What came in that a push service would not take. A test that ends with any has failed. */
  problems: string[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

const URGENCIES = ['very-low', 'low', 'normal', 'high'];
const LONGEST_BODY = 4_096;
const FOUR_WEEKS_SECONDS = 28 * 24 * 3_600;
const ANSWER_WITHIN_MS = 30_000;

type Taken = { status: number; body: string };

export function createPushService({ port, publicKey, tell = async () => null }: PushServiceOptions): LocalPushService {
  const pushes: TakenPush[] = [];
  const problems: string[] = [];
  const known = new Map<string, Device>();
  const gone = new Set<string>();
  const listeners: ((device: Device) => void)[] = [];
  const behaviours = createBehaviours();
  let asked = 0;
  let server: Server | undefined;

  function device(name: string): Device {
    const found = known.get(name);
    if (found) return found;
    const made = createDevice(name, tell, () => {
      for (const listener of listeners) listener(made);
    });
    known.set(name, made);
    return made;
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    asked += 1;
    behaviours.meet(req, res, () => take(req, Buffer.concat(chunks)));
  }

  function take(req: IncomingMessage, body: Buffer): Taken {
    const [, name = ''] = /^\/devices\/([\w.-]+)$/.exec(req.url ?? '') ?? [];
    if (gone.has(name)) return { status: 410, body: 'no such subscription (any more)' };
    const found = known.get(name);
    if (!found) return { status: 404, body: 'no such subscription' };
    const wrong = wrongRequest(req, body, publicKey);
    if (wrong !== null) {
      problems.push(wrong);
      return { status: /^the (token|key)/.test(wrong) ? 403 : 400, body: wrong };
    }
    try {
      const text = decryptPush(body, found.keys);
      const message = parsePushMessage(text);
      if (!message) throw new Error('the service worker does not know such a message');
      const { ttl, urgency = 'normal', topic = '' } = req.headers as Record<string, string>;
      pushes.push({
        device: name,
        to: found.address,
        ttlSeconds: Number(ttl),
        urgency,
        topic,
        text,
        message,
        at: Date.now(),
      });
      found.receive(text);
      return { status: 201, body: '' };
    } catch (error) {
      problems.push(`for ${name}: ${String(error)}`);
      return { status: 400, body: 'cannot be opened' };
    }
  }

  return {
    get baseUrl() {
      return `http://127.0.0.1:${(server?.address() as AddressInfo | undefined)?.port ?? port}`;
    },
    publicKey,
    pushes,
    problems,
    get asked() {
      return asked;
    },
    next: behaviours.next,
    fault: behaviours.fault,
    device,
    get devices() {
      return [...known.values()];
    },
    unsubscribe: (name) => void gone.add(name),
    async answer(name, tag, answer) {
      await until(async () => (await device(name).press(tag, answer)) < 300, {
        timeoutMs: ANSWER_WITHIN_MS,
        everyMs: 500,
        what: 'an answer to be taken',
      });
    },
    onChange: (listener) => void listeners.push(listener),
    async start() {
      server = createServer((req, res) => {
        handle(req, res).catch((error: unknown) => {
          problems.push(String(error));
          res.destroy();
        });
      });
      await new Promise<void>((resolve, reject) => {
        server?.once('error', reject);
        server?.listen(port, '127.0.0.1', resolve);
      });
    },
    async stop() {
      await new Promise<void>((resolve) => {
        if (!server?.listening) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** By RFC 8030, 8188, 8291 and 8292; null where nothing is wrong. */
function wrongRequest({ method, headers }: IncomingMessage, body: Buffer, publicKey: string): string | null {
  const { ttl, urgency, topic } = headers as Record<string, string | undefined>;
  if (method !== 'POST') return `a ${method}`;
  if (headers['content-encoding'] !== 'aes128gcm') return `content-encoding ${headers['content-encoding']}`;
  if (body.length > LONGEST_BODY) return `${body.length} bytes`;
  if (ttl === undefined || !/^\d+$/.test(ttl) || Number(ttl) > FOUR_WEEKS_SECONDS) return `TTL ${ttl}`;
  if (urgency !== undefined && !URGENCIES.includes(urgency)) return `Urgency ${urgency}`;
  if (topic !== undefined && !/^[A-Za-z0-9_-]{1,32}$/.test(topic)) return `Topic ${topic}`;
  return wrongVapid(headers.authorization, { audience: LOCAL_PUSH, publicKey });
}
