import { Connection } from '@temporalio/client';
import { searchAttributes } from './temporal.ts';

const keyword = 2; // temporal.api.enums.v1.IndexedValueType
const alreadyExists = 6; // gRPC status

/** Makes a namespace with the search attributes of incidents, and resolves when workflows can be started and searched in it. */
export async function createNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 5_000 });
  const { workflowService, operatorService } = connection;
  try {
    await bounded(() =>
      workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: 86_400 as never } }),
    );
    const query = searchAttributes.map((name) => `${name} = 'x'`).join(' AND ');
    await bounded(() =>
      operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(searchAttributes.map((name) => [name, keyword])),
      }),
    );
    await bounded(() => workflowService.countWorkflowExecutions({ namespace, query }));
  } finally {
    await connection.close();
  }

  /** A new namespace reaches the server's parts one after another: what it refuses now, it takes a moment later. */
  async function bounded(call: () => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      try {
        await connection.withDeadline(Date.now() + 5_000, call);
        return;
      } catch (error) {
        if ((error as { code?: number }).code === alreadyExists) return;
        if (Date.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
