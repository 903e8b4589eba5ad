import type { NativeConnection } from '@temporalio/worker';
import { InvalidInput, type Logger, Unavailable } from '@tocsin/platform';
import { SEARCH_ATTRIBUTES } from '../contracts/index.ts';

const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType
const WITHIN_MS = 5_000;
/** Temporal Cloud keeps its operator's API to itself: gRPC `PERMISSION_DENIED` and `UNIMPLEMENTED`. */
const NOT_FOR_US: readonly unknown[] = [7, 12];
/** gRPC `DEADLINE_EXCEEDED` and `UNAVAILABLE`. */
const AWAY: readonly unknown[] = [4, 14];

/**
 * Rejects with `InvalidInput` where the namespace lacks a search attribute: a workflow that sets one that is not there fails its
 * task for ever, which would be silence. Better no worker, and somebody who hears why.
 */
export async function checkNamespace(connection: NativeConnection, namespace: string, log: Logger): Promise<void> {
  let known: Record<string, unknown>;
  try {
    const answer = await connection.withDeadline(Date.now() + WITHIN_MS, () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    known = answer.customAttributes ?? {};
  } catch (err) {
    const { code, message } = err as Error & { code?: unknown };
    if (AWAY.includes(code)) throw new Unavailable(`Temporal: ${message}`, { code: 'temporal-away', cause: err });
    if (!NOT_FOR_US.includes(code)) throw err;
    log.warn({ namespace }, 'search attributes cannot be checked');
    return;
  }
  const missing = Object.values(SEARCH_ATTRIBUTES).filter((name) => known[name] !== KEYWORD);
  if (missing.length === 0) return;
  throw new InvalidInput(
    `Temporal namespace ${namespace} lacks the search attributes ${missing.join(', ')} (Keyword)`,
    {
      code: 'search-attributes-missing',
      field: 'temporalNamespace',
    },
  );
}
