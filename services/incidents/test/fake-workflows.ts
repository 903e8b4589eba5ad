import type { WorkflowPort } from '../src/index.ts';
import type { IncidentDoc } from '../src/store/collections.ts';

export type Ask = WorkflowPort['ask'];

/** Temporal as these tests need it: it remembers what it was told, and decides as it is made to. */
export interface FakeWorkflows extends WorkflowPort {
  told: (IncidentDoc & { toldAt: number })[];
  toldOf(incidentId: string): (IncidentDoc & { toldAt: number })[];
  running: Set<string>;
  sent: string[];
}

export function fakeWorkflows(
  over: { tell?: WorkflowPort['tell']; ask?: Ask; send?: WorkflowPort['send'] } = {},
): FakeWorkflows {
  const told: FakeWorkflows['told'] = [];
  const running = new Set<string>();
  const sent: string[] = [];
  return {
    told,
    running,
    sent,
    toldOf: (incidentId) => told.filter((one) => one._id === incidentId),
    async tell(incident, log) {
      await over.tell?.(incident, log);
      told.push({ ...incident, toldAt: Date.now() });
      running.add(incident._id);
    },
    ask: over.ask ?? (async () => null),
    async send(incidentId, event) {
      await over.send?.(incidentId, event);
      sent.push(event.kind);
    },
    isRunning: async (incidentId) => running.has(incidentId),
  };
}
