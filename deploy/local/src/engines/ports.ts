import { randomInt } from 'node:crypto';
import net from 'node:net';

/** Below what systems give to outgoing connections: one of those could take a port between our choice and its use. */
const CHOSEN_FROM = { least: 10_000, below: 32_000 };

/** A loopback port that nobody listens on now. Another process may take it before its user does, so callers try again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(CHOSEN_FROM.least, CHOSEN_FROM.below);
    if (!(await portTaken(port))) return port;
  }
}

/** Whether somebody already listens on this port of any local address. */
export function portTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(true));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(false)));
  });
}
