import { type FollowOptions, facts, follow, type Logger, type NatsConnection, sleep } from '@tocsin/platform';
import { createBacklog } from './backlog.ts';
import { createFollower, type Follower } from './follower.ts';
import { type LiveEvent, type LiveStream, type Place, parsePlace } from './live-event.ts';

/** Events of the last minutes are at hand, so that whoever comes back, also to another replica or after a restart, has missed nothing. */
const REMEMBERED_MS = 5 * 60_000;
/** Who comes back just after a start waits until it is known what there is. */
const BEGIN_WITHIN_MS = 2_000;

export interface LiveFeed {
  /** What happens in an organisation from `lastEventId` on, or from now on. A connection that is broken off is to come back with its id. */
  follow(organisationId: string, lastEventId: string | undefined): Promise<Follower>;
  /** How many follow. */
  readonly followers: number;
  /** Ends what is open, and follows nothing any more. */
  stop(): Promise<void>;
}

/** Every replica reads the streams once, whatever number of browsers it serves. */
export function createLiveFeed(nc: NatsConnection, log: Logger): LiveFeed {
  const backlog = createBacklog();
  const open = new Set<Follower>();
  let stopped = false;
  const begun = { incidents: Promise.withResolvers<void>(), pages: Promise.withResolvers<void>() };
  const bothBegun = Promise.all([begun.incidents.promise, begun.pages.promise]);

  function begin(stream: LiveStream): FollowOptions['onBegin'] {
    return (at) => {
      backlog.begin(stream, at);
      begun[stream].resolve();
    };
  }

  function tell(event: LiveEvent): void {
    backlog.add(event);
    for (const follower of open) follower.offer(event);
  }

  const incidents = follow(
    nc,
    'INCIDENTS',
    [facts.incidentLogged],
    ({ sequence, message: { organisationId, incidentId, kind, position } }) =>
      tell({
        stream: 'incidents',
        sequence,
        organisationId,
        name: 'incident',
        data: { incidentId, kind, position: Number(position) },
      }),
    { log, sinceMs: REMEMBERED_MS, onBegin: begin('incidents') },
  );
  // Answers are in the incident's log as well; what providers say of a page is faster here.
  const pages = follow(
    nc,
    'PAGES',
    [facts.pageProgressed],
    ({ sequence, message: { key } }) => {
      // Of before pages named their organisation: the log tells the same.
      if (!key || key.organisationId === '') return;
      tell({
        stream: 'pages',
        sequence,
        organisationId: key.organisationId,
        name: 'page',
        data: { incidentId: key.incidentId, kind: 'progressed' },
      });
    },
    { log, sinceMs: REMEMBERED_MS, onBegin: begin('pages') },
  );

  return {
    async follow(organisationId, lastEventId) {
      const late = new AbortController();
      await Promise.race([bothBegun, sleep(BEGIN_WITHIN_MS, late.signal).catch(() => {})]);
      late.abort();
      const asked = parsePlace(lastEventId);
      const from: Place = asked ?? backlog.newest();
      const follower = createFollower(organisationId, from, () => open.delete(follower));
      if (stopped) follower.end();
      else open.add(follower);
      // Older than what is at hand: look at everything again.
      if (asked && !backlog.reaches(asked)) follower.reset(backlog.newest());
      else for (const event of backlog.since(from)) follower.offer(event);
      return follower;
    },
    get followers() {
      return open.size;
    },
    async stop() {
      stopped = true;
      for (const follower of open) follower.end();
      await Promise.all([incidents.stop(), pages.stop()]);
    },
  };
}
