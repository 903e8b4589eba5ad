import type { Finding, Row } from '../benchmark.ts';
import { digits } from './wording.ts';

const RATIOS: { measure: string; of: string; to: string }[] = [
  { measure: 'POST → 202, in writes of MongoDB', of: 'accepted', to: 'mongo' },
  { measure: 'console: an alert painted, in facts of the live feed', of: 'painted', to: 'fed' },
  { measure: 'console: first contentful paint, in pages with one word', of: 'consolePaint', to: 'barePaint' },
  { measure: 'POST → first provider request, in first activities of Temporal', of: 'paged', to: 'temporal' },
  { measure: 'API, the newest 50 incidents, in the same reads of MongoDB', of: 'apiNewest', to: 'mongoNewest' },
  {
    measure: 'live feed, a fact heard by each of all clients, in times of an only one',
    of: 'liveAmong',
    to: 'liveAlone',
  },
];

/** What was measured as multiples of the floors of the same run: another machine changes both. Medians. */
export function ratios(findings: readonly Finding[]): Row[] {
  const figures = Object.assign({}, ...findings.map((finding) => finding.figures)) as Record<string, number>;
  return RATIOS.flatMap(({ measure, of, to }) => {
    const [value, floor] = [figures[of], figures[to]];
    return value === undefined || floor === undefined ? [] : [{ measure, result: `× ${digits(value / floor)}` }];
  });
}
