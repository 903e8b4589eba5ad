import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import {
  type Decision,
  type IncidentEvent,
  type IncidentState,
  type Kept,
  newIncident,
  restoreIncident,
} from '@tocsin/domain';
import { sleep, type TemporalClient } from '@tocsin/platform';
import {
  ALERTS_SIGNAL,
  DECISION_QUERY,
  type DecisionAnswer,
  EVENT_SIGNAL,
  INCIDENT_WORKFLOW,
  INCIDENTS_QUEUE,
  type IncidentInput,
  incidentWorkflowId,
  PROGRESS_QUERY,
  type Progress,
  SEARCH_ATTRIBUTES,
  TASK_TIMEOUT_MS,
} from '@tocsin/workflows/contracts';
import type { AskedEvent, IncidentDoc } from '../store/collections.ts';
import { type PastClose, pastCloseOf } from './past-close.ts';
import { runningIncidents } from './running-incidents.ts';

/** What incidents ask of Temporal. Everything here is safe to repeat. */
export interface WorkflowPort {
  /**
   * Signals the counts, and starts the workflow where it does not run: from what is kept of its lives before, or anew where
   * `kept` is null, since it cannot have had one. Resolves with `over` where its life has ended, which no new one follows.
   */
  tell(incident: IncidentDoc, kept: Kept | null): Promise<'told' | 'over'>;
  /** The close with which a life that is over ended; null where Temporal does not tell of it. */
  closeOf(incidentId: string): Promise<PastClose | null>;
  /** Ids of all incidents with a workflow that runs, as far as lists know, so many at a time. */
  everyRunning(atOnce: number): AsyncIterable<string[]>;
  /**
   * Has the workflow decide on an answer or a command, and resolves with what it decided; with `told` where it has it, and did not say
   * in time; null where there is none that runs. One that `isTold` is told again only once it says that it knows nothing: one that
   * is behind would get further behind.
   */
  ask(incidentId: string, event: AskedEvent, isTold: boolean): Promise<Decision | 'told' | null>;
  send(incidentId: string, event: IncidentEvent): Promise<void>;
  look(incidentId: string): Promise<Standing>;
  /** Asks the workflow how far it is; rejects where no worker answers in time, or the run does not know the question. */
  progress(incidentId: string): Promise<Progress>;
  /** Ends a run that cannot be mended: it is made again when it is told. */
  terminate(incidentId: string, reason: string): Promise<void>;
}

export interface Standing {
  isRunning: boolean;
  /** A life that ended by itself: the close was stored before. */
  isOver: boolean;
  /**
   * A task is to be done, and the last one that was begun failed: not by a worker that died, but by what the workers do. Either they
   * cannot live the history, or their code failed.
   */
  failure: 'history' | 'code' | null;
}

const WITHIN_MS = 3_000;
/** Whoever answers is waiting, and is told that the answer is stored when this is over. */
const DECIDED_WITHIN_MS = 2_000;
const PROGRESS_WITHIN_MS = 2_000;
/** A question that meets a turn is never answered: it is put again, to the run after it. */
const QUESTION_WITHIN_MS = 500;
const ASK_AGAIN_MS = 30;
/** Enough to hold the end of a task, between the messages that came meanwhile. */
const NEWEST_EVENTS = 30;
const NON_DETERMINISTIC = 24; // temporal.api.enums.v1.WorkflowTaskFailedCause

export function createWorkflowPort({ client }: TemporalClient, turnAfterEvents: number | undefined): WorkflowPort {
  const within = <T>(work: () => Promise<T>, ms = WITHIN_MS): Promise<T> => client.withDeadline(Date.now() + ms, work);
  const handle = (incidentId: string) => client.workflow.getHandle(incidentWorkflowId(incidentId));
  const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');

  /** Undefined where it cannot be asked just now: the server lets one wait at a time, and none before a first task is done. */
  async function decisionOn(incidentId: string, id: string, until: number): Promise<DecisionAnswer | undefined> {
    try {
      const left = Math.max(Math.min(until - Date.now(), QUESTION_WITHIN_MS), 1);
      return await within(() => handle(incidentId).query<DecisionAnswer, [string]>(DECISION_QUERY, id), left);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw error;
      return undefined;
    }
  }

  async function failureOf(incidentId: string): Promise<Standing['failure']> {
    const { namespace } = client.options;
    const execution = { workflowId: incidentWorkflowId(incidentId) };
    const { history } = await within(() =>
      client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace,
        execution,
        maximumPageSize: NEWEST_EVENTS,
      }),
    );
    const ends = (history?.events ?? []).filter(
      (one) => one.workflowTaskFailedEventAttributes ?? one.workflowTaskCompletedEventAttributes,
    );
    const failed = ends[0]?.workflowTaskFailedEventAttributes;
    if (!failed) return null;
    return failed.cause === NON_DETERMINISTIC ? 'history' : 'code';
  }

  return {
    async tell(incident, kept) {
      const counts = countsOf(incident);
      const input: IncidentInput = { state: stateOf(incident, kept), ...(turnAfterEvents ? { turnAfterEvents } : {}) };
      const start = () =>
        client.workflow.signalWithStart(INCIDENT_WORKFLOW, {
          workflowId: incidentWorkflowId(incident._id),
          taskQueue: INCIDENTS_QUEUE,
          workflowTaskTimeout: TASK_TIMEOUT_MS,
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
        });
      try {
        await within(start);
        return 'told';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'over';
        throw error;
      }
    },

    closeOf: (incidentId) => pastCloseOf(client, incidentWorkflowId(incidentId)),
    everyRunning: (atOnce) => runningIncidents(client, atOnce),

    async ask(incidentId, event, isTold) {
      const until = Date.now() + DECIDED_WITHIN_MS;
      const tell = () => within(() => handle(incidentId).signal(EVENT_SIGNAL, { event }), DECIDED_WITHIN_MS);
      let mayTell = isTold;
      try {
        if (!isTold) await tell();
        while (Date.now() + ASK_AGAIN_MS < until) {
          const decision = await decisionOn(incidentId, event.id, until);
          if (decision) return decision;
          if (decision === null && mayTell) {
            mayTell = false;
            await tell();
          }
          await sleep(ASK_AGAIN_MS);
        }
        return 'told';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    },

    async send(incidentId, event) {
      await within(() => handle(incidentId).signal(EVENT_SIGNAL, { event }));
    },

    async look(incidentId) {
      try {
        const { status, raw } = await within(() => handle(incidentId).describe());
        const isRunning = status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW';
        const failure = raw.pendingWorkflowTask ? await failureOf(incidentId) : null;
        return { isRunning, isOver: status.name === 'COMPLETED', failure };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { isRunning: false, isOver: false, failure: null };
        throw error;
      }
    },

    progress: (incidentId) => within(() => handle(incidentId).query<Progress>(PROGRESS_QUERY), PROGRESS_WITHIN_MS),

    async terminate(incidentId, reason) {
      await within(() => handle(incidentId).terminate(reason));
    },
  };
}

/** What its sources say: a person's word on the severity is the workflow's own. */
function countsOf({ version, members, firing, severity, sourceSeverity = severity }: IncidentDoc) {
  return { version, members, firing, severity: sourceSeverity };
}

/** For a new incident, its beginning; else what is made from all that is kept of it. */
function stateOf(incident: IncidentDoc, kept: Kept | null): IncidentState {
  const { _id: incidentId, organisationId, number, teamId, policyId, drill, epoch } = incident;
  const facts = {
    incidentId,
    organisationId,
    number,
    teamId,
    policyId,
    drill,
    openedAt: incident.openedAt.getTime(),
    counts: countsOf(incident),
    epoch,
  };
  return kept ? restoreIncident(facts, kept, Date.now()) : newIncident(facts);
}
