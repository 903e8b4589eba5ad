import type { AlertRow, TellingRow } from './collections.ts';

/** Alerts that are told together, with what is known of their telling. */
export interface Telling {
  row: TellingRow;
  alerts: AlertRow[];
}

/** Alerts of one message: some 60 kB. */
const TOGETHER = 250;
/** While the process that stored alerts lives, it tells them at once; only after this long does a sweep. */
const FIRST_TELLING_MS = 2_000;

/** A parcel's alerts as they are to be told: urgent ones apart from the others. */
export function tellingsOf(parcelId: string, alerts: AlertRow[]): Telling[] {
  const tellAt = new Date(Date.now() + FIRST_TELLING_MS);
  return (['high', 'low'] as const).flatMap((urgency) =>
    inParts(
      alerts.filter((alert) => alert.urgency === urgency),
      TOGETHER,
    ).map((part) => {
      const ids = part.map((alert) => alert._id);
      const _id = ids.length === 1 ? ids[0]! : `${ids[0]}+${ids.length - 1}`;
      return { row: { _id, parcelId, urgency, alerts: ids, open: ids, told: 0, tellAt, decisions: [] }, alerts: part };
    }),
  );
}

function inParts<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));
}
