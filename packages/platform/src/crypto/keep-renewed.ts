import type { Logger } from '../runtime/log.ts';
import { createLoop, type Loop } from '../runtime/loop.ts';

const EVERY_MS = 60_000;

/**
 * While one master key takes another's place: renews what the older ones sealed, again and again, since a replica that has not heard
 * of the newest may still seal with the one before. Says in the log once nothing is left. `renew` resolves with how many it renewed.
 */
export function keepRenewed(renew: () => Promise<number>, log: Logger): Loop {
  let said = false;
  const round = async () => {
    const renewed = await renew();
    if (renewed > 0) log.info({ renewed }, 'what older master keys sealed is sealed with the newest');
    else if (!said) log.info('everything rests under the newest master key, older ones may go');
    said = renewed === 0;
  };
  return createLoop('renewal under the newest master key', EVERY_MS, round, log);
}
