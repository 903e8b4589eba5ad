import {
  type BatchHandler,
  type Client,
  crashPoint,
  type Delivery,
  insertEach,
  type Logger,
  millis,
  NotFound,
} from '@tocsin/platform';
import type { Incident, Incidents, Logged } from '@tocsin/proto/incident/v1';
import { type EntryData, type MessageType, typeOfEntry, wants } from '../core/catalogue.ts';
import { createMessage } from '../core/message.ts';
import type { Collections, WebhookRow } from '../store/collections.ts';
import { deliveryRow } from '../store/deliveries.ts';
import { incidentData } from './incident-data.ts';

export interface IntakeDeps {
  collections: Collections;
  incidents: Client<typeof Incidents>;
  publicUrl: string | undefined;
  log: Logger;
  /** Deliveries were stored. */
  nudge(): void;
}

interface Entry {
  logged: Logged;
  type: MessageType;
  at: Date;
  data: EntryData;
}

type Subscriber = Pick<WebhookRow, '_id' | 'organisationId' | 'generation' | 'types' | 'since'>;

/**
 * Makes a message of each fact that somebody wants, one for each webhook, and stores them before the facts are acknowledged. What
 * comes twice is stored once.
 */
export function createIntake(deps: IntakeDeps): BatchHandler<Logged> {
  return async (batch) => {
    const entries = batch.flatMap(entryOf);
    if (entries.length === 0) return;
    const subscribers = await subscribersOf(deps.collections, entries);
    const wanted = entries.flatMap((entry) => {
      const theirs = subscribers.filter((one) => isFor(one, entry));
      return theirs.length > 0 ? [{ entry, theirs }] : [];
    });
    if (wanted.length === 0) return;
    const incidents = await incidentsOf(
      deps,
      wanted.map(({ entry }) => entry.logged),
    );
    const rows = wanted.flatMap(({ entry: { logged, type, at, data }, theirs }) => {
      const incident = incidents.get(logged.incidentId);
      if (!incident) return [];
      const message = createMessage(logged.entryId, {
        type: type.type,
        at,
        incidentId: logged.incidentId,
        data: {
          organisationId: logged.organisationId,
          incident: incidentData(incident, deps.publicUrl),
          position: Number(logged.position),
          ...type.detail(data),
        },
      });
      return theirs.map((one) => deliveryRow(one, message));
    });
    if (rows.length > 0) await insertEach(deps.collections.deliveries, rows);
    await crashPoint('webhooks.messages-stored');
    deps.nudge();
  };
}

function entryOf(delivery: Delivery<Logged>): Entry[] {
  const { message: logged } = delivery;
  const type = typeOfEntry(logged.kind);
  if (!type) return [];
  try {
    return [{ logged, type, at: new Date(millis(logged.at) ?? 0), data: JSON.parse(logged.dataJson) as EntryData }];
  } catch {
    delivery.reject('data-unreadable');
    return [];
  }
}

/** Those that failed for too long go on being written to, so that what they miss can be replayed to them. */
function subscribersOf({ webhooks }: Collections, entries: Entry[]): Promise<Subscriber[]> {
  const organisationId = { $in: [...new Set(entries.map(({ logged }) => logged.organisationId))] };
  return webhooks
    .find<Subscriber>(
      { organisationId, $or: [{ enabled: true }, { disabledBecause: 'failing' }] },
      { projection: { organisationId: 1, generation: 1, types: 1, since: 1 } },
    )
    .toArray();
}

function isFor({ organisationId, types, since }: Subscriber, { logged, type, at }: Entry): boolean {
  return logged.organisationId === organisationId && wants(types, type.type) && at >= since;
}

/** Each incident once, as it is now. One that is not known any more has no messages. */
async function incidentsOf({ incidents, log }: IntakeDeps, logged: Logged[]): Promise<Map<string, Incident>> {
  const ids = new Map(logged.map(({ incidentId, organisationId }) => [incidentId, organisationId]));
  const found = await Promise.all(
    [...ids].map(async ([incident, organisationId]) => {
      try {
        return [[incident, await incidents.get({ organisationId, incident })] as const];
      } catch (error) {
        if (!(error instanceof NotFound)) throw error;
        log.error({ organisationId, incidentId: incident }, 'facts of an incident that is not there');
        return [];
      }
    }),
  );
  return new Map(found.flat());
}
