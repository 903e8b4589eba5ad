import type { LiveEvent, LiveStream, Place } from './live-event.ts';

const MOST = 20_000;

/** The newest events, and how far back they reach. */
export interface Backlog {
  add(event: LiveEvent): void;
  /** All events of the stream after `after` are going to come; its newest is `last`. */
  begin(stream: LiveStream, begin: { after: number; last: number }): void;
  /** Where somebody begins who comes now. */
  newest(): Place;
  /** Whether nothing is missing after this place. */
  reaches(place: Place): boolean;
  /** In the order in which they came. */
  since(place: Place): LiveEvent[];
}

export function createBacklog(most = MOST): Backlog {
  let events: LiveEvent[] = [];
  /** What came after these is at hand; nothing is, before a stream is read. */
  const floor: Place = { incidents: Number.POSITIVE_INFINITY, pages: Number.POSITIVE_INFINITY };
  const last: Place = { incidents: 0, pages: 0 };
  return {
    add(event) {
      last[event.stream] = Math.max(last[event.stream], event.sequence);
      events.push(event);
      if (events.length <= most * 2) return;
      for (const gone of events.slice(0, -most)) floor[gone.stream] = Math.max(floor[gone.stream], gone.sequence);
      events = events.slice(-most);
    },
    begin(stream, begin) {
      floor[stream] = begin.after;
      last[stream] = Math.max(last[stream], begin.last);
    },
    newest: () => ({ ...last }),
    reaches: (place) => place.incidents >= floor.incidents && place.pages >= floor.pages,
    since: (place) => events.filter(({ stream, sequence }) => sequence > place[stream]),
  };
}
