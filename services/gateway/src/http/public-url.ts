import { isLoopback } from '../config.ts';

/** The origins that our own pages have: the public address, and on this machine each of its names. */
export function originsOf({ protocol, hostname, port, origin }: URL): string[] {
  if (!isLoopback(hostname)) return [origin];
  const suffix = port === '' ? '' : `:${port}`;
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `${protocol}//${host}${suffix}`);
}

/** The host that passkeys belong to. It cannot be an address (WebAuthn 3, 5.1.2), so on this machine it is `localhost`. */
export function relyingPartyId({ hostname }: URL): string {
  return isLoopback(hostname) ? 'localhost' : hostname;
}
