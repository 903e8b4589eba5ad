import { createBackoff, sleep } from '@tocsin/platform';
import type { OwnedKey } from './key.ts';
import type { Kit } from './kit.ts';

const ROSTER_TIMEOUT_MS = 2_000;
/** About half a minute. What is not told then, the next page to the same address finds again. */
const TRIES = 8;

/** Tells the roster that an address is no more, so that nobody is paged by it and its owner sees that. */
export function forgetLater(kit: Kit, key: OwnedKey, address: string): void {
  const { organisationId, personId, contactMethodId } = key;
  kit.background.run('forget-address', async () => {
    const backoff = createBackoff({ baseMs: 200, maxMs: 5_000 });
    for (let tries = 1; ; tries += 1) {
      try {
        await kit.roster.forgetAddress(
          { organisationId, personId, contactMethodId, address },
          { timeoutMs: ROSTER_TIMEOUT_MS },
        );
        return kit.log.warn({ notification: key.id, contactMethodId }, 'address is no more, and was forgotten');
      } catch (error) {
        if (tries === TRIES) throw error;
        await sleep(backoff.next());
      }
    }
  });
}
