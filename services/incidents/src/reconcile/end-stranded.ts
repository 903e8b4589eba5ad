import type { Logger, Metrics } from '@tocsin/platform';
import type { WorkflowPort } from '../courier/workflow-port.ts';
import type { Collections } from '../store/collections.ts';
import { createFindings } from './findings.ts';

const AT_ONCE = 500;

export interface StrandedDeps {
  collections: Collections;
  workflows: WorkflowPort;
  log: Logger;
  metrics: Metrics;
  /** A workflow says its last words after its incident is closed; what still runs so long after will not end by itself. */
  closedForMs: number;
}

/**
 * Ends workflows that no open incident is behind: Temporal was restored from a backup in which they ran, or the store from one in
 * which their incident was not opened yet. An incident is stored before its workflow starts, so one that is unknown was lost. A
 * store that knows no incident at all is more likely the wrong one, and nothing is ended in its name.
 */
export async function endStranded(deps: StrandedDeps): Promise<void> {
  const { collections, workflows, log, metrics, closedForMs } = deps;
  const { incidents } = collections;
  const findings = createFindings(log, metrics);
  for await (const ids of workflows.everyRunning(AT_ONCE)) {
    if (ids.length === 0) continue;
    const known = await incidents.find({ _id: { $in: ids } }, { projection: { closedAt: 1 } }).toArray();
    if (known.length === 0 && !(await incidents.findOne({}, { projection: { _id: 1 } }))) {
      log.error(
        { workflows: ids.length },
        'workflows run and the store knows no incident at all: is it the right one?',
      );
      return;
    }
    const closedAt = new Map(known.map((one) => [one._id, one.closedAt]));
    const longAgo = Date.now() - closedForMs;
    for (const id of ids) {
      const at = closedAt.get(id);
      const isStranded = at === undefined || (at !== null && at.getTime() <= longAgo);
      if (isStranded && (await end(id))) findings.stranded(id);
    }
  }

  /** The list is a moment behind: what is not there any more needs no end. */
  async function end(id: string): Promise<boolean> {
    if (!(await workflows.look(id)).isRunning) return false;
    await workflows.terminate(id, 'no open incident is behind it');
    return true;
  }
}
