import type { MeasuredSystem } from './system.ts';

export interface HistoryEvent {
  type: string;
  /** Epoch milliseconds, with fractions, by the server's clock. */
  at: number;
  /** What an activity that is scheduled is called; empty for other events. */
  activity: string;
}

/** What Temporal recorded of an incident's life so far. */
export async function historyOf(
  { temporal }: Pick<MeasuredSystem, 'temporal'>,
  incidentId: string,
): Promise<HistoryEvent[]> {
  const { events } = await temporal.client.workflow.getHandle(`incident/${incidentId}`).fetchHistory();
  return (events ?? []).map((event) => ({
    type: typeOf(event),
    at: Number(event.eventTime?.seconds ?? 0) * 1_000 + (event.eventTime?.nanos ?? 0) / 1_000_000,
    activity: event.activityTaskScheduledEventAttributes?.activityType?.name ?? '',
  }));
}

/** An event has the attributes of its type, and of no other. */
function typeOf(event: object): string {
  const named = Object.entries(event).find(([name, value]) => name.endsWith('EventAttributes') && value);
  return named?.[0].replace(/EventAttributes$/, '') ?? 'unknown';
}

/** The instant of the first event of a type at or after another instant; NaN where there is none. */
export function firstAt(history: readonly HistoryEvent[], type: string, from = 0, activity?: string): number {
  const found = history.find((one) => one.type === type && one.at >= from && (!activity || one.activity === activity));
  return found?.at ?? Number.NaN;
}
