import { useMemo } from 'react';
import { useSearchParams } from 'wouter';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** How far back one looks, and how finely. */
export const RANGES = {
  '7d': { words: '7 days', days: 7, bucket: 'day' },
  '30d': { words: '30 days', days: 30, bucket: 'day' },
  '90d': { words: '90 days', days: 90, bucket: 'week' },
  '1y': { words: 'A year', days: 365, bucket: 'month' },
} as const;
export type RangeId = keyof typeof RANGES;

/** What is looked at. It stands in the address, so that it can be sent to somebody. */
export interface KpiView {
  range: RangeId;
  kpi: string;
  /** A dimension; empty: over time. */
  by: string;
  severity: string;
  team: string;
  hours: 'all' | 'out' | 'working';
  drills: boolean;
}

const FIRST: KpiView = {
  range: '30d',
  kpi: 'time-to-acknowledge',
  by: '',
  severity: '',
  team: '',
  hours: 'all',
  drills: false,
};

export function useKpiView(): [KpiView, (change: Partial<KpiView>) => void] {
  const [params, setParams] = useSearchParams();
  const text = (name: keyof KpiView) => params.get(name) ?? String(FIRST[name]);
  const [range, hours] = [text('range'), text('hours')];
  const view: KpiView = {
    range: range in RANGES ? (range as RangeId) : FIRST.range,
    kpi: text('kpi'),
    by: text('by'),
    severity: text('severity'),
    team: text('team'),
    hours: hours === 'out' || hours === 'working' ? hours : 'all',
    drills: text('drills') === 'true',
  };
  const change = (wish: Partial<KpiView>) => {
    const next = { ...view, ...wish };
    const said = Object.entries(next).filter(([name, value]) => value !== FIRST[name as keyof KpiView]);
    setParams(new URLSearchParams(said.map(([name, value]) => [name, String(value)])), { replace: true });
  };
  return [view, change];
}

/** When the range begins, to the hour, so that what is asked stays the same while somebody looks; and the one of the same length before it. */
export function useSpan(range: RangeId): { from: string; before: string } {
  return useMemo(() => {
    const from = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - RANGES[range].days * DAY_MS;
    return { from: new Date(from).toISOString(), before: new Date(from - RANGES[range].days * DAY_MS).toISOString() };
  }, [range]);
}

/** What narrows all numbers alike, as the API's query has it. */
export function filtersOf({ severity, team, hours, drills }: KpiView): Record<string, string> {
  return {
    ...(severity === '' ? {} : { severity }),
    ...(team === '' ? {} : { team }),
    ...(hours === 'all' ? {} : { outOfHours: String(hours === 'out') }),
    ...(drills ? { drills: 'only' } : {}),
  };
}

export function kpisPath(query: Record<string, string>): string {
  return `/kpis?${new URLSearchParams(query)}`;
}
