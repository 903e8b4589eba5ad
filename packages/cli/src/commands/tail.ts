import { sleep, Unavailable } from '@tocsin/platform';
import { eventsIn } from '../api/events.ts';
import type { Gateway } from '../api/gateway.ts';
import type { Incident } from '../api/types.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../table.ts';
import { type Asked, type Command, text } from './command.ts';

const SOONEST_MS = 500;
const LATEST_MS = 15_000;

/** What happens, as it happens. Where the way breaks off it goes on where it was; with `--json` each line has the id to go on from another time. */
export const tail: Command = {
  name: 'tail',
  needs: [],
  help: 'what happens, as it happens, until it is ended; goes on by itself after a break.',
  options: { after: { type: 'string', takes: '<id>', help: 'from this event on: the id of a line of --json.' } },
  async run(asked) {
    const { ended, note } = asked;
    const incidents = remembered(asked.gateway);
    let place = text(asked, 'after');
    let waitMs = SOONEST_MS;
    while (!ended.aborted) {
      try {
        const headers = place === undefined ? {} : { 'last-event-id': place };
        for await (const event of eventsIn(await asked.gateway.stream('/live', headers, ended))) {
          waitMs = SOONEST_MS;
          if (event.id !== '') place = event.id;
          await tell(event, asked, incidents);
        }
      } catch (error) {
        if (ended.aborted) break;
        // A key that is revoked is said, and not tried again.
        if (!isPassing(error)) throw error;
        note(`${error instanceof Error ? error.message : error}; trying again`);
      }
      await sleep(waitMs, ended).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, LATEST_MS);
    }
    return EXIT.done;
  },
};

/** A connection that breaks off in the middle is a TypeError of fetch. */
function isPassing(error: unknown): boolean {
  return error instanceof Unavailable || error instanceof TypeError;
}

type Known = (id: string) => Promise<Pick<Incident, 'number' | 'title'>>;

/** Events are references: what an incident is called is asked for once. */
function remembered(gateway: Gateway): Known {
  const known = new Map<string, ReturnType<Known>>();
  return (id) => {
    const found = known.get(id) ?? gateway.get<Incident>(`/incidents/${id}`);
    known.set(id, found);
    found.catch(() => known.delete(id));
    return found;
  };
}

async function tell({ id, name, data }: { id: string; name: string; data: string }, asked: Asked, known: Known) {
  const { json, say, note, clock } = asked;
  if (name === 'reset')
    return note('some of what happened meanwhile is not at hand any more: look at `tocsin incidents`');
  // An id without an event moves on over what was not our own.
  if (data === '') return;
  const { incidentId, kind } = JSON.parse(data) as { incidentId: string; kind: string };
  const { number, title } = await known(incidentId).catch((error: unknown) => {
    if (isPassing(error)) throw error;
    return { number: incidentId, title: '' };
  });
  if (json) return say(JSON.stringify({ id, event: name, kind, incidentId, number, title }));
  say(`${new Date(clock()).toISOString()}  ${number}  ${kind.replaceAll('-', ' ')}  ${plain(title)}`.trimEnd());
}
