import { InvalidInput } from '@tocsin/platform';
import type { Collections } from '../store/collections.ts';

const ALERTS_AT_ONCE = 500;

export interface AlertWords {
  alertId: string;
  title: string;
  link: string;
  entities: string[];
}

/** The words of alerts, of those that exist, in no order. Throws `InvalidInput` for more than 500. */
export async function describeAlerts({ alerts }: Collections, alertIds: string[]): Promise<AlertWords[]> {
  if (alertIds.length > ALERTS_AT_ONCE) {
    throw new InvalidInput(`at most ${ALERTS_AT_ONCE} alerts at once`, { code: 'too-many', field: 'alert_ids' });
  }
  const rows = await alerts
    .find({ _id: { $in: alertIds } }, { projection: { title: 1, link: 1, entities: 1 } })
    .toArray();
  return rows.map(({ _id: alertId, title, link, entities }) => ({ alertId, title, link, entities }));
}
