import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { InvalidInput, timestamp } from '@tocsin/platform';
import type { GetRequest } from '@tocsin/proto/incident/v1';
import { ResolvedLayerSchema } from '@tocsin/proto/roster/v1';
import { loggedFrom } from '../log/log-facts.ts';
import type { AnswerDoc, Collections, LayerDoc } from '../store/collections.ts';
import { findIncident } from './find-incident.ts';
import { incidentFrom } from './incident-from.ts';

const MOST_NOTES = 200;
const MOST_LAYERS = 100;
const MOST_ANSWERS = 200;
/** A reply is one message of the bus: of each kind of text no more than this goes, the newest first. */
const MOST_BYTES = 200_000;

type Wishes = Pick<GetRequest, 'organisationId' | 'incident'> & Partial<GetRequest>;

/** An incident, and what else of it is asked for. Throws `NotFound`. */
export async function getIncident(collections: Collections, request: Wishes) {
  const { withLog, withNotes, withLayers, withAnswers } = request;
  const incident = await findIncident(collections, request.organisationId, request.incident);
  const id = incident._id;
  const [log, notes, layers, answers] = await Promise.all([
    withLog ? logOf(collections, id, request) : [],
    withNotes ? notesOf(collections, id) : [],
    withLayers ? layersOf(collections, id) : [],
    withAnswers ? answersOf(collections, id) : [],
  ]);
  return { ...incidentFrom(incident), log, notes, layers, answers };
}

async function logOf({ log }: Collections, incidentId: string, { logAfter = 0n, logLimit = 0 }: Partial<GetRequest>) {
  if (logLimit < 0) throw new InvalidInput('is 0 or more', { code: 'limit-invalid', field: 'log_limit' });
  const entries = await log
    .find({ incidentId, position: { $gt: Number(logAfter) } })
    .sort({ position: 1 })
    .limit(logLimit)
    .toArray();
  return entries.map(loggedFrom);
}

async function notesOf({ notes }: Collections, incidentId: string) {
  const found = await notes.find({ incidentId }).sort({ at: -1 }).limit(MOST_NOTES).toArray();
  return withinBytes(found, (note) => note.text).map(({ _id: id, text, by, at }) => ({
    id,
    text,
    byPersonId: by,
    at: timestamp(at.getTime()),
  }));
}

async function layersOf({ layers }: Collections, incidentId: string) {
  const found = await layers.find({ incidentId }).sort({ at: -1 }).limit(MOST_LAYERS).toArray();
  return withinBytes(found, (one) => JSON.stringify(one.people)).map(layerFrom);
}

function layerFrom({ _id, people }: LayerDoc) {
  const [escalationId = '', round, layer] = _id.split('/').slice(1);
  return {
    escalationId,
    round: Number(round),
    layer: Number(layer),
    people: fromJson(ResolvedLayerSchema, people as JsonValue, { ignoreUnknownFields: true }),
  };
}

/** Who said what, whether it was an answer to a page or a command. */
async function answersOf({ answers }: Collections, incidentId: string) {
  const found = await answers.find({ incidentId }).sort({ storedAt: 1 }).limit(MOST_ANSWERS).toArray();
  return found.map(({ event, personId, said, storedAt, decision }: AnswerDoc) => ({
    id: event.id,
    personId,
    said,
    channel: event.kind === 'answer' ? event.channel : '',
    at: timestamp(storedAt.getTime()),
    outcome: decision?.outcome ?? '',
    reason: decision?.reason ?? '',
  }));
}

function withinBytes<T>(items: T[], textOf: (item: T) => string): T[] {
  let bytes = 0;
  return items.filter((item) => {
    bytes += Buffer.byteLength(textOf(item));
    return bytes <= MOST_BYTES;
  });
}
