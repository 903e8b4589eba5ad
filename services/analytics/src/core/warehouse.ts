import type { IncidentKpis } from '@tocsin/domain';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { rowsOf } from './rows.ts';
import { createTable, type Table } from './table.ts';

const INCIDENT = {
  rev: 'code',
  openedAt: 'number',
  drill: 'code',
  severity: 'code',
  team: 'code',
  asset: 'code',
  channel: 'code',
  layer: 'code',
  acknowledge: 'number',
  respond: 'number',
  contain: 'number',
  resolve: 'number',
  pages: 'code',
} as const;
/** `owner` is the incident's row. An incident's rows stand together. */
const PAGE = { owner: 'code', layer: 'code', channel: 'code', outcome: 'code', n: 'code' } as const;
const DELIVERY = {
  owner: 'code',
  layer: 'code',
  channel: 'code',
  provider: 'code',
  taken: 'code',
  delivered: 'code',
  failed: 'code',
  toTaken: 'number',
  toDelivered: 'number',
} as const;
const INTERRUPTION = { owner: 'code', person: 'code', quarter: 'code' } as const;

/** In the place of an owner: the row belongs to nobody any more. */
export const NOBODY = 0xffffffff;

/** One organisation's numbers in memory: a row an incident, and rows that incidents own. */
export interface Warehouse {
  readonly names: Dictionary;
  readonly incidents: Table<keyof typeof INCIDENT>;
  readonly pages: Table<keyof typeof PAGE>;
  readonly deliveries: Table<keyof typeof DELIVERY>;
  readonly interruptions: Table<keyof typeof INTERRUPTION>;
  /** Takes an incident's numbers unless it has newer ones; `rev` rises with each change of them. */
  put(incidentId: string, rev: number, kpis: IncidentKpis): void;
}

interface Owned {
  put(owner: number, rows: Record<string, number>[]): void;
}

export function createWarehouse(): Warehouse {
  const names = createDictionary();
  const incidents = createTable(INCIDENT);
  const pages = createTable(PAGE);
  const deliveries = createTable(DELIVERY);
  const interruptions = createTable(INTERRUPTION);
  const ownedPages = createOwned(pages);
  const ownedDeliveries = createOwned(deliveries);
  const ownedInterruptions = createOwned(interruptions);
  const rowOf = new Map<string, number>();

  /** Texts become codes, everything else a number. */
  const coded = (row: Record<string, string | number | boolean>): Record<string, number> => {
    const out: Record<string, number> = {};
    for (const name in row) {
      const value = row[name]!;
      out[name] = typeof value === 'string' ? names.codeOf(value) : Number(value);
    }
    return out;
  };

  return {
    names,
    incidents,
    pages,
    deliveries,
    interruptions,
    put(incidentId, rev, kpis) {
      const known = rowOf.get(incidentId);
      if (known !== undefined && incidents.column('rev')[known]! >= rev) return;
      const rows = rowsOf(kpis);
      const values = { ...coded(rows.incident), rev } as Record<keyof typeof INCIDENT, number>;
      const owner = known ?? incidents.push(values);
      if (known === undefined) rowOf.set(incidentId, owner);
      else incidents.set(owner, values);
      ownedPages.put(owner, rows.pages.map(coded));
      ownedDeliveries.put(owner, rows.deliveries.map(coded));
      ownedInterruptions.put(
        owner,
        rows.interruptions.map((one) => coded({ ...one })),
      );
    },
  };
}

/** The rows that incidents own in a table: changed in place while they fit, and moved together to its end when they do not. */
function createOwned<C extends string>(table: Table<C | 'owner'>): Owned {
  let first = new Uint32Array(64);
  let count = new Uint32Array(64);
  const whole = (owner: number, row: Record<string, number>) => ({ ...row, owner }) as Record<C | 'owner', number>;

  function makeRoom(owner: number): void {
    if (owner < first.length) return;
    const size = Math.max(first.length * 2, owner + 1);
    const wider = () => new Uint32Array(size);
    const [oldFirst, oldCount] = [first, count];
    first = wider();
    count = wider();
    first.set(oldFirst);
    count.set(oldCount);
  }

  return {
    put(owner, rows) {
      makeRoom(owner);
      const [from, had] = [first[owner]!, count[owner]!];
      if (rows.length <= had) {
        rows.forEach((row, index) => {
          table.set(from + index, whole(owner, row));
        });
        // What is left over stays the incident's room, and is read by nobody.
        for (let at = from + rows.length; at < from + had; at += 1) table.column('owner')[at] = NOBODY;
        return;
      }
      for (let at = from; at < from + had; at += 1) table.column('owner')[at] = NOBODY;
      first[owner] = table.length;
      count[owner] = rows.length;
      for (const row of rows) table.push(whole(owner, row));
    },
  };
}
