import type { Logger } from '@tocsin/platform';
import type { WorkflowPort } from '../courier/workflow-port.ts';
import type { Collections } from '../store/collections.ts';

/** Incidents looked at in a round, so that thousands of open ones do not become thousands of questions at once. */
const A_ROUND = 50;

/**
 * Finds open incidents whose workflow does not run: terminated by an operator, failed, or lost with Temporal's store. They are
 * told again, which makes their workflow again from their log. Those looked at longest ago come first, so replicas share the work.
 */
export async function reconcile(
  { collections, workflows, log }: { collections: Collections; workflows: WorkflowPort; log: Logger },
  everyMs: number,
): Promise<void> {
  const { incidents } = collections;
  for (let looked = 0; looked < A_ROUND; looked += 1) {
    const now = Date.now();
    const incident = await incidents.findOneAndUpdate(
      { closedAt: null, toldVersion: { $gt: 0 }, untold: false, checkedAt: { $lte: new Date(now - everyMs) } },
      { $set: { checkedAt: new Date(now) } },
      { sort: { checkedAt: 1 }, projection: { _id: 1 } },
    );
    if (!incident) return;
    if (await workflows.isRunning(incident._id)) continue;
    log.warn({ incidentId: incident._id }, 'open incident has no running workflow, is made again from its log');
    await incidents.updateOne(
      { _id: incident._id, closedAt: null },
      { $set: { untold: true, nextTellAt: new Date() } },
    );
  }
}
