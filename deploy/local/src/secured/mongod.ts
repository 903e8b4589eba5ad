import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MongoClient } from 'mongodb';
import { mongod } from '../engines/catalog.ts';
import { type Engine, startEngine } from '../engines/child.ts';
import { locate } from '../engines/locate.ts';
import { freePort } from '../engines/ports.ts';
import type { KeyPair } from './authority.ts';

export interface SecuredMongodOptions {
  dataDir: string;
  server: KeyPair;
}

/** A real mongod that speaks TLS alone. It is no replica set. */
export async function startSecuredMongod({ dataDir, server }: SecuredMongodOptions): Promise<Engine> {
  await mkdir(dataDir, { recursive: true });
  const pair = path.join(dataDir, 'server.pem');
  await writeFile(pair, `${server.cert}\n${server.key}\n`);
  const port = await freePort();
  const args = ['--dbpath', dataDir, '--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'];
  args.push('--tlsMode', 'requireTLS', '--tlsCertificateKeyFile', pair, '--wiredTigerCacheSizeGB', '0.25');
  const address = `mongodb://127.0.0.1:${port}`;
  const command = await locate(mongod, () => {});
  return startEngine({ name: mongod.name, address, command, args, dataDir, ready: () => answers(address) });
}

async function answers(address: string): Promise<void> {
  const options = { serverSelectionTimeoutMS: 1_000, tls: true, tlsAllowInvalidCertificates: true };
  const client = new MongoClient(address, options);
  try {
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close();
  }
}
