import { InvalidInput, type TemporalClient, until } from '@tocsin/platform';

export interface NamespaceWish {
  namespace: string;
  /** How long Temporal keeps closed workflows; of a namespace that is made, never changed afterwards. */
  retentionDays: number;
  /** Of type Keyword. */
  searchAttributes: readonly string[];
}

const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType
const ALREADY_EXISTS = 6; // gRPC status
/** Temporal Cloud keeps its operator's API to itself: gRPC `PERMISSION_DENIED`, `UNIMPLEMENTED` and `UNAUTHENTICATED`. */
const NOT_FOR_US: readonly unknown[] = [7, 12, 16];
const CALL_WITHIN_MS = 5_000;
/** A new namespace reaches the server's parts one after another: what it refuses now, it takes a moment later. */
const SETTLE_WITHIN_MS = 60_000;

/**
 * Makes what is missing and changes nothing else. Safe to repeat. Resolves once workflows can be searched for in it. Rejects at once
 * with `InvalidInput` where asking again mends nothing.
 */
export async function provisionNamespace(
  { connection, explain }: Pick<TemporalClient, 'connection' | 'explain'>,
  { namespace, retentionDays, searchAttributes }: NamespaceWish,
): Promise<void> {
  const { workflowService, operatorService } = connection;
  const retention = { seconds: (retentionDays * 86_400) as never };
  await settled('the namespace to be made', () =>
    workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention }),
  );
  await settled('the search attributes to be made', async () => {
    const known = (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
    const other = searchAttributes.filter((name) => Object.hasOwn(known, name) && known[name] !== KEYWORD);
    if (other.length > 0) {
      const message = `search attributes of namespace ${namespace} are of another type than Keyword: ${other.join(', ')}`;
      throw new InvalidInput(message, { code: 'search-attributes-mistyped', field: 'TEMPORAL_NAMESPACE' });
    }
    const missing = searchAttributes.filter((name) => !Object.hasOwn(known, name));
    if (missing.length === 0) return;
    const wanted = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
    await operatorService.addSearchAttributes({ namespace, searchAttributes: wanted });
  });
  const query = searchAttributes.map((name) => `${name} = 'x'`).join(' AND ');
  await settled('workflows to be searchable', () => workflowService.countWorkflowExecutions({ namespace, query }));

  async function settled(what: string, call: () => Promise<unknown>): Promise<void> {
    const attempt = async () => {
      try {
        await connection.withDeadline(Date.now() + CALL_WITHIN_MS, call);
      } catch (error) {
        if ((error as { code?: unknown }).code === ALREADY_EXISTS) return {};
        const reason = await reasonOf(error);
        if (reason instanceof InvalidInput) return { refusal: reason };
        throw reason;
      }
      return {};
    };
    const { refusal } = await until<{ refusal?: InvalidInput }>(attempt, {
      timeoutMs: SETTLE_WITHIN_MS,
      everyMs: 500,
      what,
    });
    if (refusal) throw refusal;
  }

  async function reasonOf(error: unknown): Promise<unknown> {
    if (error instanceof InvalidInput) return error;
    const explained = await explain();
    if (explained) return explained;
    if (!NOT_FOR_US.includes((error as { code?: unknown }).code)) return error;
    const message = `Temporal lets nobody but its operator make namespace ${namespace} and its search attributes ${searchAttributes.join(', ')} (Keyword): make them by its own means, and leave this step out`;
    return new InvalidInput(message, { code: 'provisioning-refused', field: 'TEMPORAL_NAMESPACE', cause: error });
  }
}
