import { crashPoint, createBackoff, enterSpan, type Logger, type Metrics } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import { closeIncident } from '../close/close.ts';
import { closeAsBefore } from '../close/close-as-before.ts';
import { incidentsMetrics } from '../metrics.ts';
import type { Collections, IncidentDoc } from '../store/collections.ts';
import { keptOf } from './kept.ts';
import type { WorkflowPort } from './workflow-port.ts';

export interface CourierDeps {
  client: MongoClient;
  collections: Collections;
  workflows: WorkflowPort;
  log: Logger;
  metrics: Metrics;
  /** How often what nobody nudged is looked for. */
  everyMs: number;
}

/** Tells at once: as many as Temporal starts in a moment, and few enough that the next critical one goes before the rest. */
const AT_ONCE = 8;
/** A replica that died while telling holds an incident up no longer than this; telling ends before. Two that tell do no harm. */
const LEASE_MS = 4_000;
/** One incident is told at most once a second: a storm costs few signals. */
const BETWEEN_TELLS_MS = 1_000;
/** An incident that could not be told comes again after this, twice as late each time. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const TELL = { scope: 'incidents', name: 'tell workflow', kind: 'internal' } as const;

/** Tells Temporal of open incidents, the most severe first, then the oldest, at the pace that it takes. */
export function createCourier({ client, collections, workflows, log, metrics, everyMs }: CourierDeps) {
  const { incidents } = collections;
  const count = metrics.counter(incidentsMetrics.told);
  const telling = new Set<Promise<void>>();
  const backoff = createBackoff({ baseMs: 200, maxMs: 5_000 });
  /** In a row, whichever incidents they were of. */
  let failures = 0;
  let restUntil = 0;
  let stopped = false;
  let looking: Promise<void> | undefined;
  let again = false;

  /** Takes the next one for this replica, or none. */
  function take(): Promise<IncidentDoc | null> {
    const now = new Date();
    return incidents.findOneAndUpdate(
      { untold: true, closedAt: null, nextTellAt: { $lte: now } },
      [
        {
          $set: {
            nextTellAt: new Date(now.getTime() + LEASE_MS),
            tries: { $add: ['$tries', 1] },
            // Lives that were started before there was a count had the log's head for it.
            epoch: { $add: [{ $max: ['$epoch', '$logHead'] }, 1] },
          },
        },
      ],
      { sort: { rank: 1, openedAt: 1 }, returnDocument: 'after' },
    );
  }

  async function tell(incident: IncidentDoc): Promise<void> {
    const { _id, version, tries } = incident;
    const isFirst = incident.toldVersion === 0 && tries === 1;
    try {
      if (isFirst && incident.firing === 0) {
        // Over before anybody tried to tell of it: recorded, and nobody is paged. Once it was tried a workflow may run, and closes.
        const { closed } = await closeIncident(client, collections, {
          incidentId: _id,
          version,
          by: 'source',
          sourceOnly: true,
          entryId: `${_id}/closed-untold`,
          at: new Date(),
        });
        if (!closed) await incidents.updateOne({ _id }, { $set: { nextTellAt: new Date(), tries: 0 } });
        return;
      }
      const kept = isFirst ? null : await keptOf(collections, _id);
      await crashPoint('incidents.before-tell');
      const outcome = await workflows.tell(incident, kept);
      if (outcome === 'over') {
        await closeAsBefore(client, collections, incident, await workflows.closeOf(_id));
        log.warn({ incidentId: _id }, 'incident was closed before the store was restored, is closed as it was');
        return;
      }
      await crashPoint('incidents.told');
      const next = new Date(Date.now() + BETWEEN_TELLS_MS);
      // It may have closed meanwhile: then there is nothing left to tell, whatever its version is.
      await incidents.updateOne({ _id, closedAt: null }, [
        {
          $set: {
            tries: 0,
            toldVersion: { $max: ['$toldVersion', version] },
            nextTellAt: next,
            untold: { $gt: ['$version', version] },
          },
        },
      ]);
      count({ outcome: 'told' });
      failures = 0;
      backoff.reset();
    } catch (err) {
      log.warn({ err, incidentId: _id }, 'incident not told, will be told again');
      count({ outcome: 'failed' });
      failures += 1;
      // One that fails alone must not hold up the others; when all fail, Temporal is left in peace for a moment.
      if (failures >= AT_ONCE) restUntil = Date.now() + backoff.next();
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 10));
      await incidents.updateOne({ _id }, { $set: { nextTellAt: new Date(Date.now() + pause) } }).catch(() => undefined);
    }
  }

  function look(): void {
    if (looking) {
      again = true;
      return;
    }
    looking = takeAll().finally(() => {
      looking = undefined;
      if (again && !stopped) look();
    });
  }

  async function takeAll(): Promise<void> {
    again = false;
    try {
      while (!stopped && telling.size < AT_ONCE && Date.now() >= restUntil) {
        again = false;
        const incident = await take();
        if (!incident) {
          if (again) continue;
          return;
        }
        // Whoever nudged us may be of another trace: this is of the alert's that opened the incident.
        const one = enterSpan(incident.trace, TELL, () => tell(incident)).finally(() => {
          telling.delete(one);
          look();
        });
        telling.add(one);
      }
    } catch (err) {
      log.warn({ err }, 'courier could not look');
    }
  }

  const timer = setInterval(look, everyMs);
  return {
    nudge: look,
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await looking;
      await Promise.all(telling);
    },
  };
}
