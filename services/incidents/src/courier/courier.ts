import { crashPoint, createBackoff, type Logger } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import { closeIncident } from '../close/close.ts';
import type { Collections, IncidentDoc } from '../store/collections.ts';
import type { WorkflowPort } from './workflow-port.ts';

export interface CourierDeps {
  client: MongoClient;
  collections: Collections;
  workflows: WorkflowPort;
  log: Logger;
  /** How often what nobody nudged is looked for. */
  everyMs: number;
}

/** Tells at once: as many as Temporal starts in a moment, and few enough that the next critical one goes before the rest. */
const AT_ONCE = 8;
/** A replica that died while telling holds an incident up no longer than this. */
const LEASE_MS = 10_000;
/** One incident is told at most once a second: a storm costs few signals. */
const BETWEEN_TELLS_MS = 1_000;

/** Tells Temporal of open incidents, the most severe first, then the oldest, at the pace that it takes. */
export function createCourier({ client, collections, workflows, log, everyMs }: CourierDeps) {
  const { incidents } = collections;
  const telling = new Set<Promise<void>>();
  const backoff = createBackoff({ baseMs: 200, maxMs: 5_000 });
  let restUntil = 0;
  let stopped = false;
  let looking = false;
  let again = false;

  /** Takes the next one for this replica, or none. */
  function take(): Promise<IncidentDoc | null> {
    const now = new Date();
    return incidents.findOneAndUpdate(
      { untold: true, nextTellAt: { $lte: now } },
      { $set: { nextTellAt: new Date(now.getTime() + LEASE_MS) } },
      { sort: { rank: 1, openedAt: 1 }, returnDocument: 'after' },
    );
  }

  async function tell(incident: IncidentDoc): Promise<void> {
    const { _id, version } = incident;
    try {
      if (incident.toldVersion === 0 && incident.firing === 0) {
        // Over before anybody was told of it: recorded, and nobody is paged.
        await closeIncident(client, collections, {
          incidentId: _id,
          version,
          by: 'source',
          sourceOnly: true,
          entryId: `${_id}/closed-untold`,
          at: new Date(),
        });
        return;
      }
      const entries = await collections.log.find({ incidentId: _id }).sort({ position: 1 }).toArray();
      await crashPoint('incidents.before-tell');
      await workflows.tell(incident, entries);
      await crashPoint('incidents.told');
      const next = new Date(Date.now() + BETWEEN_TELLS_MS);
      await incidents.updateOne({ _id }, [
        {
          $set: {
            toldVersion: { $max: ['$toldVersion', version] },
            nextTellAt: next,
            untold: { $gt: ['$version', version] },
          },
        },
      ]);
      backoff.reset();
    } catch (err) {
      log.warn({ err, incidentId: _id }, 'incident not told, will be told again');
      const pause = backoff.next();
      restUntil = Date.now() + pause;
      await incidents
        .updateOne({ _id }, { $set: { nextTellAt: new Date(Date.now() + Math.max(pause, 250)) } })
        .catch(() => undefined);
    }
  }

  async function look(): Promise<void> {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    try {
      while (!stopped && telling.size < AT_ONCE && Date.now() >= restUntil) {
        again = false;
        const incident = await take();
        if (!incident) {
          if (again) continue;
          return;
        }
        const one = tell(incident).finally(() => {
          telling.delete(one);
          void look();
        });
        telling.add(one);
      }
    } catch (err) {
      log.warn({ err }, 'courier could not look');
    } finally {
      looking = false;
    }
  }

  const timer = setInterval(() => void look(), everyMs);
  return {
    nudge: (): void => void look(),
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await Promise.all(telling);
    },
  };
}
