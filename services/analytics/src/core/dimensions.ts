import type { Dimension } from '@tocsin/domain';
import { hourOf } from './clock-settings.ts';
import type { Column } from './table.ts';
import type { Warehouse } from './warehouse.ts';

/** Reads one dimension of a row as a number below `size`. `owner` is the incident's row, `at` the row's instant. */
export interface DimensionReader {
  size: number;
  read(row: number, owner: number, at: number): number;
  /** The number of a value; undefined where no row has it. */
  find(value: string): number | undefined;
  textOf(code: number): string;
}

export interface Clock {
  /** What the clock on the wall shows, as the ms since the epoch that it would be in UTC. */
  wallOf(at: number): number;
  isOutOfHours(at: number): boolean;
}

/** A reader for a dimension: of the clock, of the row itself where its table has it, else of its incident. */
export function readerOf(
  warehouse: Warehouse,
  dimension: Dimension,
  own: (name: string) => Column | undefined,
  clock: Clock,
): DimensionReader {
  switch (dimension) {
    case 'hour-of-day':
      return {
        size: 24,
        read: (_row, _owner, at) => hourOf(clock.wallOf(at)),
        find: (value) => (/^(1?\d|2[0-3])$/.test(value) ? Number(value) : undefined),
        textOf: String,
      };
    case 'out-of-hours':
      return {
        size: 2,
        read: (_row, _owner, at) => (clock.isOutOfHours(at) ? 1 : 0),
        find: (value) => (value === 'true' ? 1 : value === 'false' ? 0 : undefined),
        textOf: (code) => String(code === 1),
      };
    default: {
      const { names, incidents } = warehouse;
      const ofRow = own(dimension);
      const ofIncident = ofRow ? undefined : incidents.column(dimension as 'severity');
      return {
        size: names.size,
        read: ofRow ? (row) => ofRow[row]! : (_row, owner) => ofIncident![owner]!,
        find: names.find,
        textOf: names.textOf,
      };
    }
  }
}
