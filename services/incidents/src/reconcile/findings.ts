import type { Logger, Metrics } from '@tocsin/platform';
import { incidentsMetrics } from '../metrics.ts';

const FINDINGS = [
  'lost',
  'cannot-be-lived',
  'tasks-fail',
  'fails-again',
  'behind-its-log',
  'ahead-of-store',
  'over',
  'stranded',
  'unheard',
  'overdue',
] as const;

/** What the reconciler may find, each told and counted in one place. */
export function createFindings(log: Logger, metrics: Metrics) {
  const counter = metrics.counter(incidentsMetrics.found);
  for (const finding of FINDINGS) counter({ finding }, 0);
  const count = (finding: (typeof FINDINGS)[number]) => counter({ finding });
  return {
    lost(incidentId: string): void {
      count('lost');
      log.warn({ incidentId }, 'open incident has no running workflow, is made again from what is kept');
    },
    /** A worker of another version began it, as before a rollback. A new run has no history. */
    cannotBeLived(incidentId: string): void {
      count('cannot-be-lived');
      log.warn({ incidentId }, 'no worker can live the history of a workflow, is made again from what is kept');
    },
    /** Waiting does not mend it. A new run does, where it is the history that no worker can live. */
    tasksFail(incidentId: string, failingMs: number): void {
      count('tasks-fail');
      log.error(
        { incidentId, failingMs },
        'workflow tasks fail, incident stands still, is made again from what is kept',
      );
    },
    /** It is what the workers do: another version of them must mend it. */
    failsAgain(incidentId: string, failingMs: number): void {
      count('fails-again');
      log.error(
        { incidentId, failingMs },
        'workflow tasks fail in a new run too, incident stands still until another worker starts',
      );
    },
    behindItsLog(incidentId: string, of: { logged: string; nextEntry: string }): void {
      count('behind-its-log');
      log.warn({ incidentId, ...of }, 'workflow is behind its own log, is made again from what is kept');
    },
    /** The store was restored from a backup: it is behind what it once told and took. */
    aheadOfStore(incidentId: string, of: Record<string, number>): void {
      count('ahead-of-store');
      log.warn({ incidentId, ...of }, 'workflow is ahead of the store, which takes up from where it is');
    },
    over(incidentId: string): void {
      count('over');
      log.warn({ incidentId }, 'open incident has a workflow that ended, is told again to be closed');
    },
    /** No open incident is behind it. */
    stranded(incidentId: string): void {
      count('stranded');
      log.warn({ incidentId }, 'workflow runs for an incident that is closed or unknown, is ended');
    },
    unheard(incidentId: string, of: { told: number; heard: number }): void {
      count('unheard');
      log.warn({ incidentId, ...of }, 'workflow has not heard what it was told, is told again');
    },
    overdue(incidentId: string, overdueMs: number): void {
      count('overdue');
      log.warn({ incidentId, overdueMs }, 'workflow did not wake when it should have, is woken');
    },
    /** No finding: the worker is away or busy, or the run is of a version that does not know the question. */
    silent(incidentId: string, err: unknown): void {
      log.debug({ err, incidentId }, 'workflow does not say how far it is');
    },
  };
}
