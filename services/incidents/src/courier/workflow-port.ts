import { defineSearchAttributeKey, TypedSearchAttributes, WorkflowNotFoundError } from '@temporalio/common';
import { type Decision, type IncidentEvent, type IncidentState, restoreIncident } from '@tocsin/domain';
import { sleep, type TemporalClient } from '@tocsin/platform';
import {
  ALERTS_SIGNAL,
  ANSWER_UPDATE,
  EVENT_SIGNAL,
  INCIDENT_WORKFLOW,
  INCIDENTS_QUEUE,
  type IncidentInput,
  incidentWorkflowId,
  SEARCH_ATTRIBUTES,
} from '@tocsin/workflows/contracts';
import type { IncidentDoc, LogDoc } from '../store/collections.ts';

/** What incidents ask of Temporal. Everything here is safe to repeat. */
export interface WorkflowPort {
  /** Signals the counts, and starts the workflow from its log where it does not run. */
  tell(incident: IncidentDoc, log: LogDoc[]): Promise<void>;
  /** Asks the workflow to decide; null where there is none that runs. */
  ask(incidentId: string, answerId: string, event: IncidentEvent): Promise<Decision | null>;
  send(incidentId: string, event: IncidentEvent): Promise<void>;
  isRunning(incidentId: string): Promise<boolean>;
}

const WITHIN_MS = 3_000;
const TRIES = 3;
const FAILED_PRECONDITION = 9;

export function createWorkflowPort({ client }: TemporalClient, turnAfterEvents: number | undefined): WorkflowPort {
  const within = <T>(work: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + WITHIN_MS, work);
  const handle = (incidentId: string) => client.workflow.getHandle(incidentWorkflowId(incidentId));
  const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');

  return {
    async tell(incident, log) {
      const counts = countsOf(incident);
      const input: IncidentInput = { state: stateOf(incident, log), ...(turnAfterEvents ? { turnAfterEvents } : {}) };
      await within(() =>
        client.workflow.signalWithStart(INCIDENT_WORKFLOW, {
          workflowId: incidentWorkflowId(incident._id),
          taskQueue: INCIDENTS_QUEUE,
          args: [input],
          signal: ALERTS_SIGNAL,
          signalArgs: [{ counts }],
          // A life that ended is over; one that was cut off is made again from its log.
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          staticSummary: `${incident.number} ${incident.severity}`,
          typedSearchAttributes: new TypedSearchAttributes([
            { key: keyword(SEARCH_ATTRIBUTES.severity), value: incident.severity },
            { key: keyword(SEARCH_ATTRIBUTES.team), value: incident.teamId },
            { key: keyword(SEARCH_ATTRIBUTES.state), value: incident.status },
          ]),
        }),
      );
    },

    async ask(incidentId, answerId, event) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await within(() =>
            handle(incidentId).executeUpdate<Decision, [{ event: IncidentEvent }]>(ANSWER_UPDATE, {
              updateId: answerId,
              args: [{ event }],
            }),
          );
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return null;
          // A run that was just going on in a new one refuses; the new one takes it.
          if (!isRefusedByTurn(error) || tries === TRIES) throw error;
          await sleep(50 * tries);
        }
      }
    },

    async send(incidentId, event) {
      await within(() => handle(incidentId).signal(EVENT_SIGNAL, { event }));
    },

    async isRunning(incidentId) {
      try {
        const { status } = await within(() => handle(incidentId).describe());
        return status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

function isRefusedByTurn(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: number } };
  return cause?.code === FAILED_PRECONDITION;
}

/** What its sources say: a person's word on the severity is the workflow's own. */
function countsOf({ version, members, firing, severity, sourceSeverity = severity }: IncidentDoc) {
  return { version, members, firing, severity: sourceSeverity };
}

/** The start input is always the state made from the log: for a new incident, the beginning. */
function stateOf(incident: IncidentDoc, log: LogDoc[]): IncidentState {
  const { organisationId, number, teamId, policyId, drill } = incident;
  const facts = {
    incidentId: incident._id,
    organisationId,
    number,
    teamId,
    policyId,
    drill,
    openedAt: incident.openedAt.getTime(),
    // The signal that starts it carries the counts; what it starts with must be older than that.
    counts: { ...countsOf(incident), version: incident.version },
  };
  return restoreIncident(
    facts,
    log.map((doc) => ({ id: doc._id, kind: doc.kind, at: doc.at.getTime(), data: doc.data })) as Parameters<
      typeof restoreIncident
    >[1],
  );
}
