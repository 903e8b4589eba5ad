import { randomInt } from 'node:crypto';
import net from 'node:net';

/** Below what systems give to outgoing connections: one of those could take a port between our choice and its use. */
const CHOSEN_FROM = { least: 10_000, below: 32_000 };
const BLOCK = 40;

/** Ports that are ours to give away: nobody else who chooses ports as we do looks at them while we live. */
let ours: number[] = [];

/**
 * A loopback port that nobody listens on now. Of those who choose with this function, in whatever process, only one is given it;
 * another program may still take it before its user does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = ours.pop();
    if (port === undefined) await claimBlock();
    else if (!(await portTaken(port))) return port;
  }
}

/** A block is claimed by listening on its first port, which ends with the process, however that ends. */
async function claimBlock(): Promise<void> {
  for (;;) {
    const block = randomInt((CHOSEN_FROM.below - CHOSEN_FROM.least) / BLOCK);
    const first = CHOSEN_FROM.least + block * BLOCK;
    const claim = await listen(first);
    if (!claim) continue;
    claim.unref();
    ours = ours.concat(Array.from({ length: BLOCK - 1 }, (_, n) => first + n + 1));
    return;
  }
}

/** Whether somebody already listens on this port of any local address. */
export async function portTaken(port: number): Promise<boolean> {
  const server = await listen(port);
  if (!server) return true;
  await new Promise((resolve) => server.close(resolve));
  return false;
}

function listen(port: number): Promise<net.Server | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
