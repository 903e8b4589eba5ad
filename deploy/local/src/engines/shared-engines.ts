import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Engine } from './child.ts';
import { isAlive } from './data-dir.ts';
import { tocsinDir } from './locate.ts';
import { startMongo } from './mongo.ts';
import { freePort } from './ports.ts';
import { startTemporal } from './temporal.ts';

/** Where a test process asks for the engines that a whole test run shares. */
export const sharedEnginesVariable = 'TOCSIN_TEST_ENGINES';

const starters = { mongo: startMongo, temporal: startTemporal };
export type SharedKind = keyof typeof starters;

/**
 * Serves the addresses of one mongod and one Temporal server to all processes of a test run, and starts each when it is first
 * asked for: a run of pure tests starts none.
 */
export async function startSharedEngines(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await testDataDir();
  const engines = new Map<SharedKind, Promise<Engine>>();

  async function addressOf(kind: SharedKind): Promise<string> {
    const engine = engines.get(kind) ?? startAnywhere(starters[kind], path.join(dataDir, kind));
    engines.set(kind, engine);
    return (await engine).address;
  }

  const server = http.createServer((req, res) => {
    const kind = req.url?.slice(1) ?? '';
    if (!(kind in starters)) return void res.writeHead(404).end();
    addressOf(kind as SharedKind).then(
      (address) => res.end(address),
      (error: Error) => res.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.allSettled([...engines.values()].map(async (engine) => (await engine).stop()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts an engine on any free port; where another process took the port in between, on another one. */
export async function startAnywhere(
  start: (options: { dataDir: string; port: number; log: (line: string) => void }) => Promise<Engine>,
  dataDir: string,
): Promise<Engine> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start({ dataDir, port: await freePort(), log: (line) => process.stderr.write(`${line}\n`) });
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

/** A fresh folder. Those of processes that were killed before they could tidy up are removed. */
export async function testDataDir(): Promise<string> {
  const parent = path.join(tocsinDir, 'test');
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const owner = /^run-(\d+)-/.exec(name)?.[1];
    if (owner && !isAlive(Number(owner))) await rm(path.join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(path.join(parent, `run-${process.pid}-`));
}
