import type { Progress } from '@tocsin/workflows/contracts';
import type { WorkflowPort } from '../src/index.ts';
import type { IncidentDoc } from '../src/store/collections.ts';

export type Ask = WorkflowPort['ask'];

/** Temporal as these tests need it: it remembers what it was told, and decides as it is made to. */
export interface FakeWorkflows extends WorkflowPort {
  told: (IncidentDoc & { toldAt: number })[];
  toldOf(incidentId: string): (IncidentDoc & { toldAt: number })[];
  running: Set<string>;
  sent: string[];
  /** What workflows say of themselves; silent where nothing is said. */
  progressOf: Map<string, Partial<Progress>>;
  /** Whose tasks fail, and why. */
  failing: Map<string, 'history' | 'code'>;
  asked: string[];
}

export function fakeWorkflows(
  over: {
    /** Resolves with `over` where it is not to be told. */
    tell?: (...told: Parameters<WorkflowPort['tell']>) => Promise<unknown>;
    closeOf?: WorkflowPort['closeOf'];
    ask?: Ask;
    send?: WorkflowPort['send'];
    terminate?: WorkflowPort['terminate'];
  } = {},
): FakeWorkflows {
  const told: FakeWorkflows['told'] = [];
  const running = new Set<string>();
  const sent: string[] = [];
  const progressOf: FakeWorkflows['progressOf'] = new Map();
  const failing: FakeWorkflows['failing'] = new Map();
  const asked: string[] = [];
  return {
    told,
    progressOf,
    failing,
    asked,
    running,
    sent,
    toldOf: (incidentId) => told.filter((one) => one._id === incidentId),
    async tell(incident, kept) {
      if ((await over.tell?.(incident, kept)) === 'over') return 'over';
      told.push({ ...incident, toldAt: Date.now() });
      running.add(incident._id);
      return 'told';
    },
    closeOf: over.closeOf ?? (async () => null),
    async *everyRunning(atOnce) {
      const ids = [...running];
      while (ids.length > 0) yield ids.splice(0, atOnce);
    },
    ask: over.ask ?? (async () => null),
    async send(incidentId, event) {
      await over.send?.(incidentId, event);
      sent.push(`${incidentId} ${event.kind}`);
    },
    look: async (incidentId) => ({
      isRunning: running.has(incidentId),
      isOver: false,
      failure: failing.get(incidentId) ?? null,
    }),
    async progress(incidentId) {
      asked.push(incidentId);
      const said = progressOf.get(incidentId);
      if (!said) throw new Error('no worker answers');
      return { heardVersion: 1, wakeAt: null, epoch: 1, nextEntry: 1, ...said };
    },
    async terminate(incidentId, reason) {
      await over.terminate?.(incidentId, reason);
      running.delete(incidentId);
    },
  };
}
