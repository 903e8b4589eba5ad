import type { connectMongo } from '@tocsin/platform';

type Db = Awaited<ReturnType<typeof connectMongo>>['db'];

export interface StoredDecision {
  alertId: string;
  incidentId: string;
  notify: boolean;
  reason: string;
}

/** What `incidents` decided on alerts, by the alert's id: those that were decided alike are one document there. */
export async function decisionsOf(db: Db, alertIds?: string[]): Promise<Map<string, StoredDecision>> {
  const decisions = db.collection<Omit<StoredDecision, 'alertId'> & { alerts: string[] }>('decisions');
  const found = await decisions.find(alertIds ? { alerts: { $in: alertIds } } : {}).toArray();
  return new Map(
    found.flatMap(({ alerts, incidentId, notify, reason }) =>
      alerts.map((alertId): [string, StoredDecision] => [alertId, { alertId, incidentId, notify, reason }]),
    ),
  );
}

/** Alerts of which ingestion has not heard a decision: it tells them again. */
export async function unheardAlerts(db: Db): Promise<string[]> {
  const tellings = db.collection<{ open: string[]; tellAt?: Date }>('tellings');
  return (await tellings.find({ tellAt: { $exists: true } }).toArray()).flatMap((one) => one.open);
}

/** True while something that ingestion took is not parsed. */
export async function hasUnparsed(db: Db): Promise<boolean> {
  return (await db.collection('parcels').findOne({ parsed: null })) !== null;
}
