import type { Logger, Metrics } from '@tocsin/platform';
import type { Progress } from '@tocsin/workflows/contracts';
import type { WorkflowPort } from '../courier/workflow-port.ts';
import type { Collections, IncidentDoc } from '../store/collections.ts';
import { isAhead, isForgotten, takeUpFrom } from './ahead-of-store.ts';
import { createFindings } from './findings.ts';
import { type EntryNumber, isBefore, lastEntryOf } from './last-entry.ts';

/**
 * Incidents looked at in a round. Thousands of open ones do not become thousands of questions at once: with 10,000 and a round
 * each 2 s, a replica is through with them in 17 minutes, at ten short reads of Temporal and at most ten questions to workers a
 * second. A question to a workflow that no worker has in memory costs its worker the replay of a history, 10 to 50 ms.
 */
const A_ROUND = 20;
/** Where somebody has it, nobody waits for the next page: it is looked at less often. */
const OWNED_LESS_OFTEN = 5;
/** A workflow is asked how far it is no more often than this: what is found so is not found in seconds anyway. */
const ASKED_EVERY_MS = 60_000;
/** Workers that are away do not answer; after so many silences a round asks nobody else. */
const SILENCES = 3;
/**
 * How long tasks fail before the run is made again, and how long it then is not. A history that a worker cannot live stays what it
 * is, and a new run has none: with workers of two versions it may be handed from one to the other more than once. Code that fails
 * may have failed for a moment's sake, and fails in a new run as well, until another worker starts.
 */
const PATIENCE = {
  history: { failingMs: 0, remadeEveryMs: 5_000 },
  code: { failingMs: 30_000, remadeEveryMs: 10 * 60_000 },
} as const;
/** A wake that is later than this does not come any more. */
const OVERDUE_MS = 60_000;

export interface ReconcileDeps {
  collections: Collections;
  workflows: WorkflowPort;
  log: Logger;
  metrics: Metrics;
}

type Found = Pick<IncidentDoc, '_id' | 'version' | 'toldVersion' | 'epoch' | 'failingSince' | 'remadeAt'> & {
  askedAt?: Date;
};

/**
 * Looks after the workflows of open incidents, those longest ago first, so that replicas share the work. One that does not run
 * (terminated by an operator, failed, lost with Temporal's store), or that is behind what it once logged (Temporal was restored
 * from a backup), or whose tasks fail whatever worker takes them, is made again. Where it is the store that was restored, the
 * workflow knows better: the store takes up from where it is, or is closed as it was. One that did not hear what it was told is
 * told again, and one that overslept is woken.
 */
export async function reconcile(deps: ReconcileDeps, everyMs: number): Promise<void> {
  const findings = createFindings(deps.log, deps.metrics);
  let silences = 0;
  for (let looked = 0; looked < A_ROUND; looked += 1) {
    const isAsking = silences < SILENCES;
    const incident = await takeNext(deps.collections, everyMs, isAsking);
    if (!incident) return;
    const { _id } = incident;
    const { isRunning, isOver, failure } = await deps.workflows.look(_id);
    if (incident.failingSince && !failure)
      await deps.collections.incidents.updateOne({ _id }, { $unset: { failingSince: 1 } });
    if (!isRunning) {
      if (isOver) findings.over(_id);
      else findings.lost(_id);
      await tellAgain(deps.collections, _id);
    } else if (failure) {
      // A question would wait behind the task.
      await failing(deps, incident, failure);
    } else if (isAsking && isDue(incident)) {
      // Read before it is asked: what it logs in between is not held against it.
      const last = await lastEntryOf(deps.collections, _id);
      const progress = await deps.workflows.progress(_id).catch((err: unknown) => findings.silent(_id, err));
      if (progress) await compare(deps, incident, progress, last);
      else silences += 1;
    }
  }

  async function failing(
    { collections, workflows }: ReconcileDeps,
    { _id, failingSince, remadeAt }: Found,
    failure: keyof typeof PATIENCE,
  ): Promise<void> {
    const { failingMs: patienceMs, remadeEveryMs } = PATIENCE[failure];
    const now = Date.now();
    const failingMs = now - (failingSince?.getTime() ?? now);
    if (!failingSince) await collections.incidents.updateOne({ _id }, { $set: { failingSince: new Date(now) } });
    if (failingMs < patienceMs) return;
    if (remadeAt && now - remadeAt.getTime() < remadeEveryMs) {
      if (failure === 'code') findings.failsAgain(_id, failingMs);
      return;
    }
    if (failure === 'code') findings.tasksFail(_id, failingMs);
    else findings.cannotBeLived(_id);
    // It is noted once it is done: where Temporal is away just then, the next look tries again.
    await workflows.terminate(_id, failure === 'code' ? 'its tasks fail' : 'its history cannot be lived');
    await collections.incidents.updateOne({ _id }, { $set: { remadeAt: new Date(now) }, $unset: { failingSince: 1 } });
    await tellAgain(collections, _id);
  }

  async function compare(
    { collections, workflows }: ReconcileDeps,
    incident: Found,
    progress: Progress,
    last: EntryNumber | null,
  ): Promise<void> {
    const { _id, toldVersion } = incident;
    const { heardVersion, wakeAt, epoch, nextEntry } = progress;
    const now = Date.now();
    if (last && !isBefore(last, { epoch, n: nextEntry })) {
      findings.behindItsLog(_id, { logged: `${last.epoch}-${last.n}`, nextEntry: `${epoch}-${nextEntry}` });
      await workflows.terminate(_id, 'behind its own log');
      await tellAgain(collections, _id);
    } else if (isAhead(incident, progress)) {
      findings.aheadOfStore(_id, { version: incident.version, heard: heardVersion, epoch: incident.epoch });
      await takeUpFrom(collections, _id, progress);
    } else if (await isForgotten(collections, _id, progress)) {
      findings.aheadOfStore(_id, { logged: progress.logged ?? 0, epoch });
      await workflows.send(_id, { kind: 'log-forgotten', wasBegun: last !== null });
    } else if (heardVersion < toldVersion) {
      findings.unheard(_id, { told: toldVersion, heard: heardVersion });
      await tellAgain(collections, _id);
    } else if (wakeAt !== null && wakeAt + OVERDUE_MS < now) {
      findings.overdue(_id, now - wakeAt);
      await workflows.send(_id, { kind: 'wake' });
    }
  }
}

/** As it was before it was taken. Where nobody is asked, the time at which it was asked stays what it is. */
function takeNext({ incidents }: Collections, everyMs: number, isAsking: boolean): Promise<Found | null> {
  const now = Date.now();
  const notSince = (ms: number) => ({ $lte: new Date(now - ms) });
  const asked = { $ifNull: ['$askedAt', new Date(0)] };
  const isDue = { $lte: [asked, new Date(now - ASKED_EVERY_MS)] };
  const askedAt = isAsking ? { $cond: [isDue, new Date(now), asked] } : asked;
  return incidents.findOneAndUpdate(
    {
      ...{ closedAt: null, toldVersion: { $gt: 0 }, untold: false, checkedAt: notSince(everyMs) },
      $or: [{ status: 'open' }, { checkedAt: notSince(OWNED_LESS_OFTEN * everyMs) }],
    },
    [{ $set: { checkedAt: new Date(now), askedAt } }],
    {
      sort: { checkedAt: 1 },
      projection: { version: 1, toldVersion: 1, epoch: 1, askedAt: 1, failingSince: 1, remadeAt: 1 },
      returnDocument: 'before',
    },
  );
}

function isDue({ askedAt }: Found): boolean {
  return (askedAt?.getTime() ?? 0) <= Date.now() - ASKED_EVERY_MS;
}

async function tellAgain({ incidents }: Collections, _id: string): Promise<void> {
  await incidents.updateOne({ _id, closedAt: null }, { $set: { untold: true, nextTellAt: new Date() } });
}
