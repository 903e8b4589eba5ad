import { setImmediate } from 'node:timers/promises';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { QUARTER_MS, type Statistics } from '@tocsin/domain';
import { InvalidInput, timestamp } from '@tocsin/platform';
import type { QueryRequest, QueryResponseSchema, StatisticsSchema } from '@tocsin/proto/analytics/v1';
import { answer, type KpiQuery, MOST_CELLS, type QueryClock, type Series } from '../core/answer.ts';
import { type Calendar, calendarOf } from '../core/calendar.ts';
import { type ClockSettings, isOutOfHours, nightOf } from '../core/clock-settings.ts';
import { NOBODY, type Warehouse } from '../core/warehouse.ts';
import type { Live } from '../live/live.ts';
import { type ParsedQuery, parseQuery } from './parse-query.ts';
import type { SettingsStore } from './settings.ts';
import type { Zones } from './zones.ts';

export interface QueryDeps {
  live: Live;
  settings: SettingsStore;
  zones: Zones;
}

const NOTHING: Statistics = { n: 0, sum: 0, median: null, p90: null, p95: null };

/** KPIs over a range, as series of groups in buckets, and totals. */
export async function query(
  { live, settings, zones }: QueryDeps,
  request: QueryRequest,
  deadlineAt: number,
): Promise<MessageInitShape<typeof QueryResponseSchema>> {
  const { organisationId } = request;
  const parsed = parseQuery(request);
  const warehouse = live.warehouse(organisationId);
  const organisation = await settings.of(organisationId);
  const timeZone = parsed.timeZone || organisation.timeZone;
  const nights = parsed.queries.some(({ kpi }) => kpi.of === 'interruption');
  const people = nights ? peopleIn(warehouse, parsed) : [];
  const zoneOf = await zones.of(organisationId, people, deadlineAt);
  const clock = clockOf(parsed, timeZone, organisation, zoneOf);
  const series: Series[] = [];
  for (const one of parsed.queries) {
    series.push(...seriesOf(warehouse, one, clock));
    if (series.reduce((cells, { points }) => cells + points.length + 1, 0) > MOST_CELLS) throw tooMany();
    // Reading all rows takes its time: others get a turn in between.
    await setImmediate();
  }
  return { series: series.map(toWire), timeZone };
}

function seriesOf(warehouse: Warehouse, one: KpiQuery, clock: QueryClock): Series[] {
  const series = answer(warehouse, one, clock);
  if (!series) throw tooMany();
  // Nothing at all is an answer, too.
  if (series.length === 0 && one.groupBy.length === 0)
    return [{ kpi: one.kpi.id, group: [], points: [], total: NOTHING }];
  return series;
}

function tooMany(): InvalidInput {
  return new InvalidInput(`more than ${MOST_CELLS} groups and buckets: ask for a shorter range, or for less detail`, {
    code: 'too-many-cells',
    field: 'bucket',
  });
}

/** Hours by the zone that was asked for or the organisation's; nights by each person's own, and else the organisation's. */
function clockOf(
  { from, until, bucket }: ParsedQuery,
  timeZone: string,
  organisation: ClockSettings,
  zoneOf: ReadonlyMap<string, string>,
): QueryClock {
  const calendars = new Map<string, Calendar>();
  const calendarIn = (zone: string) => {
    const known = calendars.get(zone) ?? calendarOf(zone, from, until);
    calendars.set(zone, known);
    return known;
  };
  const working = timeZone === organisation.timeZone ? undefined : calendarIn(organisation.timeZone);
  const calendar = calendarFor(timeZone, from, until, bucket);
  return {
    ...calendar,
    isOutOfHours: (at) => isOutOfHours((working ?? calendar).wallOf(at), organisation),
    nightsOf: (person) => {
      const { wallOf } = calendarIn(zoneOf.get(person) ?? organisation.timeZone);
      return (at) => nightOf(wallOf(at), organisation);
    },
  };
}

function calendarFor(timeZone: string, from: number, until: number, bucket: ParsedQuery['bucket']): Calendar {
  try {
    return calendarOf(timeZone, from, until, bucket);
  } catch (cause) {
    throw new InvalidInput('is no IANA time zone', { code: 'query-invalid', field: 'time_zone', cause });
  }
}

function peopleIn({ interruptions, names }: Warehouse, { from, until }: ParsedQuery): string[] {
  const [owner, person, quarter] = (['owner', 'person', 'quarter'] as const).map((one) => interruptions.column(one));
  const codes = new Set<number>();
  for (let row = 0; row < interruptions.length; row += 1) {
    const at = quarter![row]! * QUARTER_MS;
    if (owner![row] !== NOBODY && at >= from && at < until) codes.add(person![row]!);
  }
  return [...codes].map(names.textOf);
}

function toWire({ kpi, group, points, total }: Series) {
  return {
    kpi,
    group,
    points: points.map(({ start, statistics }) => ({
      start: timestamp(start),
      statistics: statisticsToWire(statistics),
    })),
    total: statisticsToWire(total),
  };
}

function statisticsToWire({ n, sum, median, p90, p95 }: Statistics): MessageInitShape<typeof StatisticsSchema> {
  return {
    n: BigInt(n),
    sum,
    ...(median === null ? {} : { median }),
    ...(p90 === null ? {} : { p90 }),
    ...(p95 === null ? {} : { p95 }),
  };
}
