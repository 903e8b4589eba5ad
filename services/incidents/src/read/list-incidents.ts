import { SEVERITIES } from '@tocsin/domain';
import { InvalidInput, millis, type NewestQuery, type Page, readNewest, scanNewest } from '@tocsin/platform';
import { Drills, type ListRequest } from '@tocsin/proto/incident/v1';
import type { Document } from 'mongodb';
import { wordsOf } from '../core/title-words.ts';
import { type Collections, type IncidentDoc, LISTED } from '../store/collections.ts';
import { incidentFrom } from './incident-from.ts';

const STATUSES = ['open', 'acknowledged', 'closed'];
const LONGEST_WORDS = 200;
const MOST_WORDS = 8;
/** Rows looked at for one page where the index serves only a part of the question. */
const SCAN = 500;

export type ListWishes = Pick<ListRequest, 'organisationId'> & Partial<Omit<ListRequest, '$typeName' | '$unknown'>>;

/**
 * Incidents, newest first. Each combination of filters has an index that serves it in the order of the page: what an index names
 * before the instant is always given, as one value or as all of them, and the store merges those few ranges. Only words, and a
 * person's incidents within one team, are looked for among what their index finds, a bounded number a page.
 */
export async function listIncidents(collections: Collections, request: ListWishes) {
  const { rows, nextCursor } = await pageOf(collections, request);
  return { incidents: rows.map(incidentFrom), nextCursor };
}

/** What the store is asked: `rest` only where an index does not serve everything. Of `words` the first is looked up. */
export function listQuery(request: ListWishes, words: string[] = []): NewestQuery & { rest: Document | null } {
  const { organisationId, teamId, ownerPersonId, cursor = '' } = request;
  const limit = Math.min(Math.max(request.limit || 100, 1), 500);
  const opened = { from: millis(request.openedFrom), until: millis(request.openedUntil) };
  const openedAt = {
    ...(opened.from === undefined ? {} : { $gte: new Date(opened.from) }),
    ...(opened.until === undefined ? {} : { $lt: new Date(opened.until) }),
  };
  const period = Object.keys(openedAt).length > 0 ? { openedAt } : {};
  const filters = { drill: { $in: drillsOf(request) }, ...statesOf(request) };
  const page = { by: 'openedAt', limit, cursor, projection: { titleWords: 0 } };
  if (words.length > 0) {
    const [first, ...others] = words;
    const rest = {
      ...filters,
      ...(teamId ? { teamId } : {}),
      ...(ownerPersonId ? { ownerId: ownerPersonId } : {}),
      ...(others.length > 0 ? { titleWords: { $all: others } } : {}),
    };
    return { ...page, filter: { organisationId, titleWords: first, ...period }, hint: LISTED.byWord, rest };
  }
  if (ownerPersonId) {
    const filter = { organisationId, ownerId: ownerPersonId, ...filters, ...period };
    return { ...page, filter, hint: LISTED.ofOwner, rest: teamId ? { teamId } : null };
  }
  if (teamId) {
    return { ...page, filter: { organisationId, teamId, ...filters, ...period }, hint: LISTED.ofTeam, rest: null };
  }
  return { ...page, filter: { organisationId, ...filters, ...period }, hint: LISTED.all, rest: null };
}

async function pageOf({ incidents }: Collections, request: ListWishes): Promise<Page<IncidentDoc>> {
  const number = /^\s*(?:INC-)?(\d{1,15})\s*$/i.exec(request.words ?? '')?.[1];
  if (number !== undefined) {
    const { filter, rest } = listQuery({ ...request, cursor: '' });
    const found = await incidents.findOne({
      $and: [{ organisationId: request.organisationId, number: `INC-${Number(number)}` }, filter, rest ?? {}],
    });
    return { rows: found ? [found] : [], nextCursor: '' };
  }
  const { rest, ...query } = listQuery(request, await rarestFirst(incidents, request));
  return rest ? scanNewest(incidents, { ...query, rest, scan: SCAN }) : readNewest(incidents, query);
}

function drillsOf({ drills = Drills.UNSPECIFIED }: ListWishes): boolean[] {
  if (drills === Drills.ONLY) return [true];
  return drills === Drills.WITHOUT ? [false] : [false, true];
}

function statesOf({ openOnly = false, statuses = [], severities = [] }: ListWishes): Document {
  const open = openOnly ? ['open', 'acknowledged'] : STATUSES;
  const wanted = known('statuses', statuses, STATUSES);
  return {
    status: { $in: open.filter((one) => wanted.includes(one)) },
    severity: { $in: known('severities', severities, SEVERITIES) },
  };
}

function known(field: string, asked: string[], all: readonly string[]): readonly string[] {
  const at = asked.findIndex((one) => !all.includes(one));
  if (at >= 0)
    throw new InvalidInput(`is one of: ${all.join(', ')}`, { code: 'filter-invalid', field: `${field}[${at}]` });
  return asked.length === 0 ? all : all.filter((one) => asked.includes(one));
}

/** The words that are asked for, the one first that the fewest titles have; counted no further than one page looks. */
async function rarestFirst(incidents: Collections['incidents'], request: ListWishes): Promise<string[]> {
  const words = wordsIn(request);
  if (words.length < 2) return words;
  const { organisationId } = request;
  const counted = await Promise.all(
    words.map(async (word) => {
      const filter = { organisationId, titleWords: word };
      return { word, count: await incidents.countDocuments(filter, { limit: SCAN, hint: LISTED.byWord }) };
    }),
  );
  return counted.toSorted((a, b) => a.count - b.count).map((one) => one.word);
}

function wordsIn({ words = '' }: ListWishes): string[] {
  if (words.length > LONGEST_WORDS) {
    throw new InvalidInput(`at most ${LONGEST_WORDS} characters`, { code: 'words-too-long', field: 'words' });
  }
  const found = wordsOf(words).slice(0, MOST_WORDS);
  if (found.length === 0 && words.trim() !== '')
    throw new InvalidInput('has no letters and no digits', { code: 'words-empty', field: 'words' });
  return found;
}
