import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { natsServer } from '../engines/catalog.ts';
import { type Engine, startEngine } from '../engines/child.ts';
import { locate } from '../engines/locate.ts';
import { freePort } from '../engines/ports.ts';
import type { KeyPair } from './authority.ts';

export interface SecuredNatsOptions {
  dataDir: string;
  server: KeyPair;
  /** Whose clients are let in, as PEM. Absent: none has to show a certificate. */
  clientCa?: string;
  /** In the server's own words, such as `user: me, password: mine`. */
  authorization?: string;
}

/** A real nats-server that speaks TLS alone, and asks who we are. */
export async function startSecuredNats(options: SecuredNatsOptions): Promise<Engine> {
  const { dataDir, server, clientCa, authorization } = options;
  await mkdir(dataDir, { recursive: true });
  const put = async (name: string, text: string) => {
    const file = path.join(dataDir, name);
    await writeFile(file, text);
    return JSON.stringify(file);
  };
  const pair = `cert_file: ${await put('server.crt', server.cert)}, key_file: ${await put('server.key', server.key)}`;
  const clients = clientCa === undefined ? '' : `, ca_file: ${await put('clients.crt', clientCa)}, verify: true`;
  const port = await freePort();
  const lines = [`listen: "127.0.0.1:${port}"`, `tls { ${pair}${clients} }`];
  if (authorization) lines.push(`authorization { ${authorization} }`);
  const config = path.join(dataDir, 'nats.conf');
  await writeFile(config, `${lines.join('\n')}\n`);
  const command = await locate(natsServer, () => {});
  return startEngine({
    name: natsServer.name,
    address: `tls://127.0.0.1:${port}`,
    command,
    args: ['-c', config],
    dataDir,
    ready: () => listens(port),
  });
}

function listens(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
