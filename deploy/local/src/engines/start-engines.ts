import path from 'node:path';
import type { Engine } from './child.ts';
import { claimDataDir } from './data-dir.ts';
import { startMongo } from './mongo.ts';
import { startNats } from './nats.ts';
import { freePort, portTaken } from './ports.ts';
import { SetupError } from './setup-error.ts';
import { startTemporal } from './temporal.ts';

export interface EnginePorts {
  nats: number;
  mongo: number;
  temporal: number;
  temporalUi: number;
}

export const defaultEnginePorts: EnginePorts = { nats: 4222, mongo: 27017, temporal: 7233, temporalUi: 8233 };

export interface Engines {
  natsUrl: string;
  /** With the name of the database. */
  mongoUrl: string;
  temporalAddress: string;
  namespace: string;
  /** Absent where Temporal was started by somebody else. */
  temporalUiUrl?: string;
  stop(): Promise<void>;
}

export interface StartEnginesOptions {
  dataDir: string;
  /** 0: any free one. */
  ports?: Partial<EnginePorts>;
  log: (line: string) => void;
  onDeath?: (sentence: string) => void;
}

/** Starts the engines whose address is not in the environment, with data that lives on in `dataDir`. Throws `SetupError`. */
export async function startEngines({ dataDir, ports, log, onDeath }: StartEnginesOptions): Promise<Engines> {
  const { NATS_URL, MONGODB_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE } = process.env;
  const port = { ...defaultEnginePorts, ...ports };
  for (const name of Object.keys(port) as (keyof EnginePorts)[]) port[name] ||= await freePort();
  const release = await claimDataDir(dataDir, log);
  const started: Engine[] = [];
  const stop = async () => {
    await Promise.all(started.map((engine) => engine.stop()));
    await release();
  };
  const own = async (start: () => Promise<Engine>): Promise<string> => {
    const engine = await start();
    started.push(engine);
    log(`${engine.name} is ready at ${engine.address}`);
    return engine.address;
  };
  const options = (name: keyof EnginePorts) => ({ dataDir: path.join(dataDir, name), port: port[name], log, onDeath });
  await requirePorts(port).catch(async (error) => {
    await release();
    throw error;
  });
  const outcomes = await Promise.allSettled([
    NATS_URL ?? own(() => startNats(options('nats'))),
    MONGODB_URL ?? own(() => startMongo(options('mongo'))),
    TEMPORAL_ADDRESS ?? own(() => startTemporal({ ...options('temporal'), uiPort: port.temporalUi })),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [natsUrl, mongoUrl, temporalAddress] = outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? outcome.value : '',
  );
  return {
    natsUrl: natsUrl!,
    mongoUrl: MONGODB_URL ?? withDatabase(mongoUrl!, 'tocsin'),
    temporalAddress: temporalAddress!,
    namespace: TEMPORAL_NAMESPACE ?? 'default',
    ...(TEMPORAL_ADDRESS ? {} : { temporalUiUrl: `http://127.0.0.1:${port.temporalUi}` }),
    stop,
  };
}

/** The same server, another database. */
export function withDatabase(mongoUrl: string, database: string): string {
  const url = new URL(mongoUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Of all engines that are to be started, before the first is. */
async function requirePorts(ports: EnginePorts): Promise<void> {
  const { NATS_URL, MONGODB_URL, TEMPORAL_ADDRESS } = process.env;
  const wanted: [number, string][] = [];
  if (!NATS_URL) wanted.push([ports.nats, '--port-nats']);
  if (!MONGODB_URL) wanted.push([ports.mongo, '--port-mongo']);
  if (!TEMPORAL_ADDRESS) wanted.push([ports.temporal, '--port-temporal'], [ports.temporalUi, '--port-temporal-ui']);
  for (const [port, option] of wanted) {
    if (!(await portTaken(port))) continue;
    throw new SetupError(`port ${port} is taken: end what uses it, or choose another with ${option} <port>`);
  }
}
