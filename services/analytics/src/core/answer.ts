import {
  type Dimension,
  type KpiDefinition,
  type KpiId,
  QUARTER_MS,
  type Statistics,
  statistics,
} from '@tocsin/domain';
import { type Clock, type DimensionReader, readerOf } from './dimensions.ts';
import { MEASURES, type Measure } from './measures.ts';
import type { Column, Table } from './table.ts';
import { NOBODY, type Warehouse } from './warehouse.ts';

export interface KpiQuery {
  kpi: KpiDefinition;
  /** Milliseconds since the epoch; `until` is not included. */
  from: number;
  until: number;
  /** At most two. */
  groupBy: Dimension[];
  filters: { dimension: Dimension; values: string[] }[];
  drills: boolean;
}

/** Clocks to read the rows by: buckets and hours, and the nights of each person's own zone. */
export interface QueryClock extends Clock {
  /** The instant at which the bucket of an instant begins. */
  bucketOf(at: number): number;
  /** Reads a person's nights: the one that an instant is in, as a number of days; null by day. */
  nightsOf(person: string): (at: number) => number | null;
}

export interface Series {
  kpi: KpiId;
  group: string[];
  /** Buckets with something in them, in order. */
  points: { start: number; statistics: Statistics }[];
  total: Statistics;
}

/** The most groups and buckets that an answer has: a few thousand fit into one message. */
export const MOST_CELLS = 5_000;

/** A group, while rows are added up. Rows mostly come in the order of their buckets: the last one is tried first. */
interface Group {
  codes: number[];
  cells: Map<number, Cell>;
  last: Cell | undefined;
}

/** One group in one bucket. */
interface Cell {
  start: number;
  sum: number;
  values: number[];
  nights: Set<number>;
  /** The least value so far of the incident whose rows are being read, which stand together. */
  owner: number;
  least: number;
}

/** One KPI by the rows in memory. Exact: every row is read. Null: more than `MOST_CELLS` groups and buckets. */
export function answer(warehouse: Warehouse, query: KpiQuery, clock: QueryClock): Series[] | null {
  const { kpi, from, until, drills } = query;
  const table = tableOf(warehouse, kpi);
  const has = (name: string) => (table.has(name) ? table.column(name) : undefined);
  const owners = has('owner');
  const openedAt = warehouse.incidents.column('openedAt');
  const isDrill = warehouse.incidents.column('drill');
  const quarters = has('quarter');
  const readers = query.groupBy.map((dimension) => readerOf(warehouse, dimension, has, clock));
  const passes = query.filters.map((filter) =>
    passOf(readerOf(warehouse, filter.dimension, has, clock), filter.values),
  );
  const add = adder(warehouse, MEASURES[kpi.id], has, clock);
  const groups = new Map<number, Group>();
  let count = 0;

  for (let row = 0; row < table.length; row += 1) {
    const owner = owners ? owners[row]! : row;
    if (owner === NOBODY || (isDrill[owner] === 1) !== drills) continue;
    const at = quarters ? quarters[row]! * QUARTER_MS : openedAt[owner]!;
    if (at < from || at >= until) continue;
    if (passes.length > 0 && !passes.every((pass) => pass(row, owner, at))) continue;
    const start = clock.bucketOf(at);
    let key = 0;
    for (const reader of readers) key = key * reader.size + reader.read(row, owner, at);
    let group = groups.get(key);
    if (!group) {
      group = { codes: readers.map((reader) => reader.read(row, owner, at)), cells: new Map(), last: undefined };
      groups.set(key, group);
    }
    let cell = group.last?.start === start ? group.last : group.cells.get(start);
    if (!cell) {
      count += 1;
      if (count > MOST_CELLS) return null;
      cell = { start, sum: 0, values: [], nights: new Set(), owner: NOBODY, least: Number.NaN };
      group.cells.set(start, cell);
    }
    group.last = cell;
    add(cell, row, owner, at);
  }
  return [...groups.values()]
    .map((group) => seriesOf(kpi, group, readers))
    .filter((series) => series.points.length > 0)
    .sort((a, b) => compare(a.group, b.group));
}

function tableOf(warehouse: Warehouse, { of }: KpiDefinition) {
  const tables = {
    incident: warehouse.incidents,
    page: warehouse.pages,
    delivery: warehouse.deliveries,
    interruption: warehouse.interruptions,
  };
  return tables[of] as Table<string>;
}

function passOf(reader: DimensionReader, values: string[]): (row: number, owner: number, at: number) => boolean {
  const allowed = new Uint8Array(reader.size);
  for (const value of values) {
    const code = reader.find(value);
    if (code !== undefined) allowed[code] = 1;
  }
  return (row, owner, at) => allowed[reader.read(row, owner, at)] === 1;
}

/** Adds a row to its cell, by the KPI's measure. */
function adder(
  warehouse: Warehouse,
  measure: Measure,
  column: (name: string) => Column | undefined,
  clock: QueryClock,
): (cell: Cell, row: number, owner: number, at: number) => void {
  switch (measure.how) {
    case 'rows':
      return (cell) => {
        cell.sum += 1;
      };
    case 'sum': {
      const values = column(measure.column)!;
      const outcomes = column('outcome');
      const wanted = new Set(measure.outcomes?.map((one) => warehouse.names.find(one)));
      return (cell, row) => {
        if (measure.outcomes && !wanted.has(outcomes?.[row])) return;
        cell.sum += values[row]!;
      };
    }
    case 'values': {
      const values = column(measure.column)!;
      return (cell, row) => {
        const value = values[row]!;
        if (!Number.isNaN(value)) cell.values.push(value);
      };
    }
    case 'least': {
      const values = column(measure.column)!;
      return (cell, row, owner) => {
        const value = values[row]!;
        if (Number.isNaN(value)) return;
        if (cell.owner === owner) {
          cell.least = Math.min(cell.least, value);
          return;
        }
        settleLeast(cell);
        cell.owner = owner;
        cell.least = value;
      };
    }
    case 'nights': {
      const people = column('person')!;
      const nights: ((at: number) => number | null)[] = [];
      return (cell, row, _owner, at) => {
        const person = people[row]!;
        nights[person] ??= clock.nightsOf(warehouse.names.textOf(person));
        const night = nights[person](at);
        if (night !== null) cell.nights.add(person * 1_000_000 + night);
      };
    }
    default:
      return measure satisfies never;
  }
}

function settleLeast(cell: Cell): void {
  if (cell.owner !== NOBODY) cell.values.push(cell.least);
  cell.owner = NOBODY;
}

function seriesOf(kpi: KpiDefinition, { codes, cells: byStart }: Group, readers: DimensionReader[]): Series {
  const { how } = MEASURES[kpi.id];
  const cells = [...byStart.values()];
  for (const cell of cells) settleLeast(cell);
  const counts = (n: number): Statistics => ({ n, sum: n, median: null, p90: null, p95: null });
  const sumUp = (some: Cell[]): Statistics => {
    if (how === 'rows' || how === 'sum') return counts(some.reduce((sum, cell) => sum + cell.sum, 0));
    if (how === 'nights') return counts(new Set(some.flatMap((cell) => [...cell.nights])).size);
    const values = new Float64Array(some.reduce((length, cell) => length + cell.values.length, 0));
    let at = 0;
    for (const cell of some) {
      values.set(cell.values, at);
      at += cell.values.length;
    }
    return statistics(values);
  };
  const points = cells
    .map((cell) => ({ start: cell.start, statistics: sumUp([cell]) }))
    .filter((point) => point.statistics.n > 0)
    .sort((a, b) => a.start - b.start);
  const group = readers.map((reader, index) => reader.textOf(codes[index]!));
  return { kpi: kpi.id, group, points, total: sumUp(cells) };
}

function compare(a: string[], b: string[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1;
}
