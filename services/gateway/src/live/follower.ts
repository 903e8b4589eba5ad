import { type LiveEvent, type Place, placeId } from './live-event.ts';

/** Frames that wait for a client. One that takes them slower than they come is closed, and comes back when it can. */
const MOST_WAITING = 1_000;
const HEARTBEAT_MS = 15_000;
/** How long a browser waits before it comes back. */
const RETRY_MS = 1_000;

/** One client's share of the feed, as frames of `text/event-stream`. */
export interface Follower extends AsyncIterable<string> {
  offer(event: LiveEvent): void;
  /** What was missed is not at hand: the client looks at everything again, and goes on from here. */
  reset(place: Place): void;
  end(): void;
  /** Asked with every heartbeat: false ends it. */
  stillMay?: () => Promise<boolean>;
}

export function createFollower(organisationId: string, from: Place, closed: () => void): Follower {
  const place = { ...from };
  const waiting: string[] = [`retry: ${RETRY_MS}\nid: ${placeId(place)}\n\n`];
  let ended = false;
  let wake: (() => void) | undefined;

  const follower: Follower = {
    offer(event) {
      // Told already, by another replica.
      if (ended || event.sequence <= place[event.stream]) return;
      place[event.stream] = event.sequence;
      if (event.organisationId !== organisationId) return;
      push(`id: ${placeId(place)}\nevent: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`);
    },
    reset(now) {
      Object.assign(place, now);
      push(`id: ${placeId(place)}\nevent: reset\ndata: {}\n\n`);
    },
    end,
    [Symbol.asyncIterator]: () => ({ next, return: leave }),
  };

  function push(frame: string): void {
    waiting.push(frame);
    if (waiting.length > MOST_WAITING) end();
    wake?.();
  }

  function end(): void {
    if (ended) return;
    ended = true;
    clearInterval(beat);
    closed();
    wake?.();
  }

  async function heartbeat(): Promise<void> {
    const may = follower.stillMay ? await follower.stillMay().catch(() => true) : true;
    if (!may) return end();
    // An id without data moves the client on over what was not its own.
    if (waiting.length === 0) push(`: still here\nid: ${placeId(place)}\n\n`);
  }

  async function next(): Promise<IteratorResult<string>> {
    while (waiting.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    // What is left goes out in one piece, so that a burst is one write.
    const frames = waiting.splice(0).join('');
    return frames === '' ? { done: true, value: undefined } : { done: false, value: frames };
  }

  async function leave(): Promise<IteratorResult<string>> {
    end();
    return { done: true, value: undefined };
  }

  const beat = setInterval(() => void heartbeat(), HEARTBEAT_MS);
  return follower;
}
