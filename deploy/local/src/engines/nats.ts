import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { natsServer } from './catalog.ts';
import { type Engine, startEngine } from './child.ts';
import { locate } from './locate.ts';
import type { EngineOptions } from './options.ts';

/** A nats-server with JetStream that writes every message through to the disk before it acknowledges it. */
export async function startNats({ dataDir, port, log, onDeath }: EngineOptions): Promise<Engine> {
  const command = await locate(natsServer, log);
  const config = path.join(dataDir, 'nats.conf');
  await mkdir(dataDir, { recursive: true });
  const settings = [
    `listen: "127.0.0.1:${port}"`,
    'max_payload: 8MB',
    `jetstream { store_dir: ${JSON.stringify(path.join(dataDir, 'jetstream'))}, sync_interval: always }`,
  ];
  await writeFile(config, `${settings.join('\n')}\n`);
  const address = `nats://127.0.0.1:${port}`;
  return startEngine({
    name: natsServer.name,
    address,
    command,
    args: ['-c', config],
    dataDir,
    ready: () => answers(address),
    onDeath,
  });
}

async function answers(url: string): Promise<void> {
  const nc = await connect({ servers: url, timeout: 1_000, reconnect: false });
  try {
    await (await jetstreamManager(nc, { timeout: 1_000 })).getAccountInfo();
  } finally {
    await nc.close();
  }
}
