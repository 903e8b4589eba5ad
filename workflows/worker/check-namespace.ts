import type { NativeConnection } from '@temporalio/worker';
import { InvalidInput, Unavailable } from '@tocsin/platform';
import { SEARCH_ATTRIBUTES } from '../contracts/index.ts';

const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType
const WITHIN_MS = 5_000;
/** Temporal Cloud keeps its operator's API to itself: gRPC `PERMISSION_DENIED`, `UNIMPLEMENTED` and `UNAUTHENTICATED`. */
const NOT_FOR_US: readonly unknown[] = [7, 12, 16];
/** gRPC `DEADLINE_EXCEEDED` and `UNAVAILABLE`. */
const AWAY: readonly unknown[] = [4, 14];
const NOT_FOUND = 5;
const INVALID_ARGUMENT = 3;

/**
 * A workflow that sets a search attribute that is not there fails its task for ever, which would be silence: better a worker that
 * waits, and says for what. Rejects with `Unavailable` while the namespace or a search attribute is missing, since somebody may be
 * about to make them, and with `InvalidInput` where one is of another type, which stays so.
 */
export async function checkNamespace(connection: NativeConnection, namespace: string): Promise<void> {
  const names = Object.values(SEARCH_ATTRIBUTES);
  const types = await typesIn(connection, namespace);
  if (types === undefined) return searchEach(connection, namespace, names);
  const mistyped = names.filter((name) => types[name] !== undefined && types[name] !== KEYWORD);
  if (mistyped.length > 0) {
    const message = `Temporal namespace ${namespace} has search attributes of another type than Keyword: ${mistyped.join(', ')}`;
    throw new InvalidInput(message, { code: 'search-attributes-mistyped', field: 'temporalNamespace' });
  }
  const missing = names.filter((name) => types[name] === undefined);
  if (missing.length > 0) throw lacks(namespace, missing);
}

/** Undefined where it is not for us to ask. */
async function typesIn(connection: NativeConnection, namespace: string): Promise<Record<string, unknown> | undefined> {
  try {
    const { customAttributes } = await connection.withDeadline(Date.now() + WITHIN_MS, () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    return customAttributes ?? {};
  } catch (error) {
    if (NOT_FOR_US.includes((error as { code?: unknown }).code)) return undefined;
    throw reasonOf(error, namespace);
  }
}

/** Who may not list them may search by them: what is unknown is refused. */
async function searchEach(connection: NativeConnection, namespace: string, names: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    try {
      await connection.withDeadline(Date.now() + WITHIN_MS, () =>
        connection.workflowService.countWorkflowExecutions({ namespace, query: `${name} = 'x'` }),
      );
    } catch (error) {
      if ((error as { code?: unknown }).code !== INVALID_ARGUMENT) throw reasonOf(error, namespace);
      missing.push(name);
    }
  }
  if (missing.length > 0) throw lacks(namespace, missing);
}

function lacks(namespace: string, missing: readonly string[]): Unavailable {
  const message = `Temporal namespace ${namespace} lacks the search attributes ${missing.join(', ')} (Keyword)`;
  return new Unavailable(message, { code: 'search-attributes-missing' });
}

function reasonOf(error: unknown, namespace: string): unknown {
  const { code, message } = error as Error & { code?: unknown };
  if (code === NOT_FOUND) {
    return new Unavailable(`Temporal has no namespace ${namespace}`, { code: 'namespace-missing', cause: error });
  }
  if (AWAY.includes(code)) return new Unavailable(`Temporal: ${message}`, { code: 'temporal-away', cause: error });
  return error;
}
