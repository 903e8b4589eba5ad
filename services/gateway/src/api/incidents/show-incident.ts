import { ladderView as ladderOf, type StoredLayer } from '@tocsin/domain';
import { type Client, createClient, NotFound, services } from '@tocsin/platform';
import type { Incident, Incidents, Logged } from '@tocsin/proto/incident/v1';
import { z } from 'zod';
import { named } from '../../openapi/components.ts';
import { defineOperation } from '../../operations/operation.ts';
import { instantSchema } from '../fields.ts';
import { instantOf } from '../instants.ts';
import { actorNames } from './actor.ts';
import { incidentParams, namedSchema } from './fields.ts';
import { incidentFields, incidentView } from './incident-view.ts';
import { ladderSchema, ladderView } from './ladder-view.ts';
import { logEntryView } from './log-view.ts';
import { layersFrom } from './stored-layers.ts';

/** A reply of the bus holds so many entries, whatever is in them. */
const ENTRIES_AT_ONCE = 500;

const noteSchema = named(
  'Note',
  z.object({ id: z.string(), text: z.string(), by: namedSchema.nullable(), at: instantSchema }),
);

export const showIncident = defineOperation({
  id: 'incidents.show',
  method: 'GET',
  path: '/incidents/{number}',
  summary: 'An incident: who was told, how, when, what came of it, and why someone was not',
  role: 'observer',
  params: incidentParams,
  responses: {
    200: {
      description: 'As it is now.',
      body: named(
        'IncidentDetail',
        z.object({
          ...incidentFields,
          previous: z.object({ id: z.string() }).nullable().describe('The incident before it, of the same thing.'),
          ladder: ladderSchema,
          names: z.record(z.string(), z.string()).describe('Of everybody whom ladder and log speak of.'),
          notes: z.array(noteSchema).describe('Newest first.'),
          logHead: z.int().describe('Position of the newest entry of the log.'),
        }),
      ),
    },
  },
  async handle({ principal: { organisationId }, params }, deps) {
    const incidents = createClient(deps.nc, services.incidents);
    const named = { organisationId, incident: params.number };
    const [whole, directory] = await Promise.all([readWhole(incidents, named), deps.directory.names(organisationId)]);
    const { incident, log } = whole;
    const entries = log.map((entry) => ({ ...logEntryView(entry), id: entry.entryId }));
    const layers: StoredLayer[] = layersFrom(incident.layers);
    const ladder = ladderOf(
      entries.map((entry) => ({ ...entry, at: Date.parse(entry.at) })),
      deps.clock(),
      { layers },
    );
    const ids = new Set([...wordsIn(entries.map(({ data }) => data)), ...wordsIn(layers), ...notedBy(incident)]);
    const names = new Map([
      ...[...ids].flatMap((id): [string, string][] => {
        const name = directory.people.get(id);
        return name === undefined ? [] : [[id, name]];
      }),
      ...(await actorNames([...ids], organisationId, deps)),
    ]);
    const { previousIncidentId, notes, logHead } = incident;
    const body = {
      ...incidentView(incident, directory),
      previous: previousIncidentId === '' ? null : { id: previousIncidentId },
      ladder: ladderView(ladder),
      names: Object.fromEntries(names),
      notes: notes.map(({ id, text, byPersonId, at }) => ({
        id,
        text,
        by: byPersonId === '' ? null : { id: byPersonId, name: names.get(byPersonId) ?? byPersonId },
        at: instantOf(at) ?? '',
      })),
      logHead: Number(logHead),
    };
    return { status: 200, body };
  },
});

async function readWhole(
  incidents: Client<typeof Incidents>,
  named: { organisationId: string; incident: string },
): Promise<{ incident: Incident; log: Logged[] }> {
  const paged = { ...named, withLog: true, logLimit: ENTRIES_AT_ONCE };
  const incident = await incidents.get({ ...paged, withNotes: true, withLayers: true });
  const log = [...incident.log];
  // What comes meanwhile is for the next look.
  for (let last = log.at(-1); last && last.position < incident.logHead; last = log.at(-1)) {
    const { log: more } = await incidents.get({ ...paged, logAfter: last.position });
    if (more.length === 0) throw new NotFound('the log ends before its head', { code: 'log-incomplete' });
    log.push(...more);
  }
  return { incident, log };
}

function notedBy({ notes }: Incident): string[] {
  return notes.map(({ byPersonId }) => byPersonId);
}

/** Every word of what is told, such as the two of "person ada": ids of people are among them, and names are given to those alone. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ');
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(wordsIn);
}
