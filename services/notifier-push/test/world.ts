import { createQuietLog, type Neighbours, startNeighbours } from '@tocsin/notifier-kit/testing';
import { DeviceWord } from '@tocsin/proto/notifier/v1';
import { startTestEngines, type TestEngines } from '../../../deploy/local/src/engines/index.ts';
import {
  createPushService,
  LOCAL_PUSH,
  type LocalPushService,
  newVapidKeys,
  type TellTocsin,
} from '../../../deploy/local/src/push/index.ts';
import { createNotifierPush } from '../src/index.ts';

export const VAPID = { ...newVapidKeys(), subject: 'mailto:operator@example.com' };

const WORDS = { accept: DeviceWord.ACCEPT, reject: DeviceWord.REJECT };

/** What a browser says, as the gateway passes it on. */
export function tellBy(neighbours: () => Neighbours): TellTocsin {
  return async (_, { token, answer }) => {
    const word = answer ? WORDS[answer] : DeviceWord.SHOWN;
    try {
      const { says } = await neighbours().notifier.hearDevice({ token, word }, { timeoutMs: 5_000 });
      return { status: 200, says };
    } catch {
      return null;
    }
  };
}

/** The notifier on real engines, between stand-ins for its neighbours and a push service with browsers. */
export interface World {
  engines: TestEngines;
  neighbours: Neighbours;
  push: LocalPushService;
  /** Everything that was logged, before anything is struck out of it. */
  logged(): string;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  const neighbours = await startNeighbours(engines.natsUrl, 'push');
  const push = createPushService({ port: 0, publicKey: VAPID.publicKey, tell: tellBy(() => neighbours) });
  await push.start();
  neighbours.addresses = new Map(
    ['ada', 'ben'].map((name) => [`acme/${name}/${name}-phone`, push.device(name).address] as const),
  );
  const lines: unknown[] = [];
  const notifier = createNotifierPush(
    {
      natsUrl: engines.natsUrl,
      mongoUrl: engines.mongoUrl,
      port: 0,
      host: '127.0.0.1',
      providerTimeoutMs: 500,
      vapid: VAPID,
      pushServices: [{ origin: LOCAL_PUSH, baseUrl: push.baseUrl }],
    },
    { log: createQuietLog(lines) },
  );
  await notifier.start();
  return {
    engines,
    neighbours,
    push,
    logged: () => JSON.stringify(lines, (_, value) => (value instanceof Error ? String(value.stack) : value)),
    async stop() {
      await notifier.stop();
      await neighbours.stop();
      await push.stop();
      await engines.stop();
    },
  };
}
