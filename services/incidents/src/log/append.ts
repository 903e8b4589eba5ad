import { severityGiven, severityRank } from '@tocsin/domain';
import { crashPoint, inTransaction, NotFound } from '@tocsin/platform';
import type { ClientSession, MongoClient } from 'mongodb';
import { project } from '../core/project.ts';
import type { Collections, IncidentDoc, LogDoc } from '../store/collections.ts';

export interface NewEntry {
  id: string;
  kind: string;
  at: Date;
  data: Record<string, unknown>;
}

/**
 * Writes entries to an incident's log in their order, with the read model they make. Positions come from the log's head in the
 * same transaction: no gaps, no doubles. An entry whose id is known is written already. Resolves with the head.
 */
export async function appendEntries(
  client: MongoClient,
  collections: Collections,
  incidentId: string,
  entries: NewEntry[],
): Promise<number> {
  const head = await inTransaction(client, (session) => appendIn(session, collections, incidentId, entries));
  await crashPoint('incidents.log-stored');
  return head;
}

/** The same inside a transaction that does more. */
export async function appendIn(
  session: ClientSession,
  { incidents, log }: Collections,
  incidentId: string,
  entries: NewEntry[],
): Promise<number> {
  const incident = await incidents.findOne(
    { _id: incidentId },
    { session, projection: { logHead: 1, organisationId: 1, status: 1, severity: 1, sourceSeverity: 1 } },
  );
  if (!incident) throw new NotFound('there is no such incident', { code: 'incident-unknown', field: 'incident_id' });
  const known = await log
    .find({ _id: { $in: entries.map((one) => one.id) } }, { session, projection: { _id: 1 } })
    .toArray();
  const written = new Set(known.map((one) => one._id));
  const docs: LogDoc[] = [];
  let changes: Partial<IncidentDoc> = {};
  let head = incident.logHead;
  for (const entry of entries) {
    if (written.has(entry.id)) continue;
    written.add(entry.id);
    head += 1;
    const { organisationId } = incident;
    docs.push({
      _id: entry.id,
      incidentId,
      organisationId,
      position: head,
      kind: entry.kind,
      at: entry.at,
      data: entry.data,
      told: null,
    });
    if (incident.status !== 'closed') changes = { ...changes, ...project(entry.kind, entry.data, entry.at) };
  }
  if (docs.length === 0) return head;
  if (changes.word) {
    // The sources may have said more meanwhile than whoever gave the word could know.
    const sourceSeverity = incident.sourceSeverity ?? incident.severity;
    const severity = severityGiven(sourceSeverity, changes.word);
    changes = { ...changes, sourceSeverity, severity, rank: severityRank(severity) };
  }
  await incidents.updateOne({ _id: incidentId }, { $set: { ...changes, logHead: head } }, { session });
  await log.insertMany(docs, { session });
  return head;
}
