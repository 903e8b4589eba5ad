import type { Logger } from '../runtime/log.ts';
import { createLoop } from '../runtime/loop.ts';
import { readCredentials, type TemporalCredentials } from './credentials.ts';
import type { TemporalSecurity } from './security.ts';

export interface FollowCredentialsOptions {
  security: TemporalSecurity;
  /** Those that are in use. */
  first: TemporalCredentials;
  /** Puts others to use. Where it rejects, the ones before stay, and it is called again. */
  renew(credentials: TemporalCredentials): Promise<void>;
  log: Logger;
  everyMs?: number | undefined;
}

const EVERY_MS = 30_000;

/** Looks again and again what the files hold, since whoever issues certificates and keys replaces them while we run. */
export function followCredentials(options: FollowCredentialsOptions): { stop(): Promise<void> } {
  const { security, renew, log, everyMs = EVERY_MS } = options;
  let { digest } = options.first;
  return createLoop(
    'temporal credentials',
    everyMs,
    async () => {
      const credentials = await readCredentials(security);
      if (credentials.digest === digest) return;
      await renew(credentials);
      digest = credentials.digest;
      log.info('temporal is spoken to with renewed credentials');
    },
    log,
  );
}
