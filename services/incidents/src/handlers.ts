import { type Client, type Handlers, InvalidInput, millis } from '@tocsin/platform';
import type { Alerts } from '@tocsin/proto/alert/v1';
import type { Entry, Incidents } from '@tocsin/proto/incident/v1';
import type { MongoClient } from 'mongodb';
import type { SubmitDeps } from './answers/submit.ts';
import { takeAnswer } from './answers/take-answer.ts';
import { takeCommand } from './answers/take-command.ts';
import { createWords } from './answers/words.ts';
import { closeIncident } from './close/close.ts';
import { appendEntries, type NewEntry } from './log/append.ts';
import { alertsOf, decisionsOf } from './read/alerts-of.ts';
import { getIncident } from './read/get-incident.ts';
import { listIncidents } from './read/list-incidents.ts';
import { logSince } from './read/log-since.ts';
import { summary } from './read/summary.ts';
import { applyRoutes } from './routes/apply-routes.ts';
import { storeLayers } from './store-layers.ts';

export interface HandlerDeps extends SubmitDeps {
  client: MongoClient;
  alerts: Client<typeof Alerts>;
  /** Entries were stored: tell them. */
  logged(): void;
  /** Something may have to be told to Temporal. */
  changed(): void;
}

/** What incidents answers, each by its verb. */
export function createHandlers(deps: HandlerDeps): Handlers<typeof Incidents> {
  const { client, collections } = deps;
  const wordsFor = createWords(deps);
  return {
    answer: (request) => takeAnswer(deps, request),
    command: async (request) => {
      const answer = await takeCommand(deps, request);
      deps.logged();
      return answer;
    },
    words: async ({ key }) => {
      if (!key) throw new InvalidInput('words are for a notification', { code: 'key-missing', field: 'key' });
      return wordsFor(key);
    },
    storeLayer: async (request) => (await storeLayers(collections, [request]))[0]!,
    storeLayers: async ({ layers }) => ({ layers: await storeLayers(collections, layers) }),
    append: async ({ incidentId, entries }) => {
      const head = await appendEntries(client, collections, incidentId, entries.map(entryFrom));
      deps.logged();
      return { head: BigInt(head) };
    },
    close: async ({ incidentId, version, by, sourceOnly, entryId, at }) => {
      const wish = {
        incidentId,
        version: Number(version),
        by,
        sourceOnly,
        entryId,
        at: new Date(millis(at) ?? Date.now()),
      };
      const result = await closeIncident(client, collections, wish);
      deps.logged();
      deps.changed();
      if (result.closed) return { closed: true };
      const { members, firing, severity } = result;
      return { closed: false, version: BigInt(result.version), members, firing, severity };
    },
    get: (request) => getIncident(collections, request),
    list: (request) => listIncidents(collections, request),
    summary: ({ organisationId }) => summary(collections, organisationId),
    alertsOf: (request) => alertsOf(collections, request),
    decisionsOf: (request) => decisionsOf(collections, request),
    applyRoutes: (request) => applyRoutes(collections, request),
    logSince: (request) => logSince(collections, request),
  };
}

function entryFrom({ id, kind, at, dataJson }: Entry, index: number): NewEntry {
  if (id === '')
    throw new InvalidInput('an entry needs an id', { code: 'entry-id-missing', field: `entries[${index}].id` });
  try {
    const data = JSON.parse(dataJson || '{}') as Record<string, unknown>;
    return { id, kind, at: new Date(millis(at) ?? Date.now()), data };
  } catch {
    throw new InvalidInput("an entry's data is JSON", { code: 'entry-invalid', field: `entries[${index}].data_json` });
  }
}
