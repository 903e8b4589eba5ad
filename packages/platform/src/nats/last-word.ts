import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import type { NatsSecurity } from './security.ts';

const WITHIN_MS = 3_000;
/** How long after the handshake a server that does not take us takes to say so. */
const SAID_WITHIN_MS = 1_000;

/**
 * Why a server ends the handshake, or hangs up after it; undefined where it does neither. Since TLS 1.3 it looks at a client's certificate
 * when that believes to be through, and closes; a client that has sent something by then may not get to read why. So nothing is sent.
 */
export async function lastWord(
  server: string,
  { NATS_CA, NATS_CERT, NATS_KEY }: NatsSecurity,
): Promise<Error | undefined> {
  const { hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  const files = {
    ...(NATS_CA ? { ca: readFileSync(NATS_CA) } : {}),
    ...(NATS_CERT && NATS_KEY ? { cert: readFileSync(NATS_CERT), key: readFileSync(NATS_KEY) } : {}),
  };
  return new Promise((resolve) => {
    const raw = net.connect({ host, port: Number(port || 4_222) });
    let timer = setTimeout(() => end(undefined), WITHIN_MS);
    const end = (said: Error | undefined) => {
      clearTimeout(timer);
      raw.destroy();
      resolve(said);
    };
    raw.on('error', end).on('close', () => end(undefined));
    // It begins in the clear, with what it is.
    raw.once('data', () => {
      const secure = tls.connect({ socket: raw, ...files, ...(net.isIP(host) ? {} : { servername: host }) });
      secure.on('error', end).on('close', () => end(undefined));
      secure.on('secureConnect', () => {
        clearTimeout(timer);
        timer = setTimeout(() => end(undefined), SAID_WITHIN_MS);
      });
    });
  });
}
