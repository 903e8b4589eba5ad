import type { Connection } from '@temporalio/client';
import { until } from '@tocsin/platform';

export interface NamespaceWish {
  namespace: string;
  /** How long Temporal keeps closed workflows; of a namespace that is made, never changed afterwards. */
  retentionDays: number;
  /** Of type Keyword. */
  searchAttributes: readonly string[];
}

const KEYWORD = 2; // temporal.api.enums.v1.IndexedValueType
const ALREADY_EXISTS = 6; // gRPC status
const CALL_WITHIN_MS = 5_000;
/** A new namespace reaches the server's parts one after another: what it refuses now, it takes a moment later. */
const SETTLE_WITHIN_MS = 60_000;

/** Makes what is missing and changes nothing else. Safe to repeat. Resolves once workflows can be searched for in it. */
export async function provisionNamespace(connection: Connection, wish: NamespaceWish): Promise<void> {
  const { namespace, retentionDays, searchAttributes } = wish;
  const { workflowService, operatorService } = connection;
  const retention = { seconds: (retentionDays * 86_400) as never };
  await settled('the namespace to be made', () =>
    workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention }),
  );
  await settled('the search attributes to be made', async () => {
    const known = (await operatorService.listSearchAttributes({ namespace })).customAttributes ?? {};
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
        if ((error as { code?: number }).code !== ALREADY_EXISTS) throw error;
      }
      return true;
    };
    await until(attempt, { timeoutMs: SETTLE_WITHIN_MS, everyMs: 500, what });
  }
}
