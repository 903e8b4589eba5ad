export type LiveStream = 'incidents' | 'pages';

/** One thing that happened: references only, whoever hears of it asks for what it is. */
export interface LiveEvent {
  stream: LiveStream;
  sequence: number;
  organisationId: string;
  name: 'incident' | 'page';
  data: { incidentId: string; kind: string; position?: number };
}

/** How far somebody has heard each stream. */
export type Place = Record<LiveStream, number>;

/** As the id of an event. The same for all replicas, in whatever order each of them heard the two streams. */
export function placeId({ incidents, pages }: Place): string {
  return `${incidents}-${pages}`;
}

/** Undefined where it is no id of ours. */
export function parsePlace(id: string | undefined): Place | undefined {
  const [, incidents, pages] = /^(\d{1,15})-(\d{1,15})$/.exec(id ?? '') ?? [];
  return incidents === undefined ? undefined : { incidents: Number(incidents), pages: Number(pages) };
}
