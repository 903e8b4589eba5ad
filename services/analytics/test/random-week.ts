import type { KpiEntry } from '@tocsin/domain';
import fc from 'fast-check';
import { lives } from '../../../packages/domain/test/random-life.ts';
import type { StoredIncident } from './harness.ts';

/** A week in which clocks go forward. */
export const WEEK_FROM: number = Date.parse('2026-03-23T00:00:00Z');
export const WEEK_UNTIL: number = WEEK_FROM + 7 * 86_400_000;

const incident = fc.record({
  lived: lives,
  at: fc.integer({ min: WEEK_FROM, max: WEEK_UNTIL - 1 }),
  severity: fc.constantFrom('critical', 'high', 'medium', 'low', 'info'),
  team: fc.constantFrom('secops', 'platform'),
  asset: fc.constantFrom('', 'billing', 'mail'),
  drill: fc.constantFrom(false, false, false, true),
});

/** Incidents of one organisation, each lived through the plan and put somewhere into the week. */
export const weeks: fc.Arbitrary<StoredIncident[]> = fc.array(incident, { minLength: 8, maxLength: 16 }).map((some) => {
  const organisationId = `week-${process.hrtime.bigint()}`;
  return some.map(({ lived, at, ...facts }, index) => {
    const shift = at - lived.log[0]!.at;
    const log = lived.log.map(
      (entry): KpiEntry => ({
        ...entry,
        at: entry.at + shift,
        data: entry.kind === 'opened' ? { ...entry.data, ...facts } : entry.data,
      }),
    );
    return { incidentId: `${organisationId}-${String(index).padStart(3, '0')}`, organisationId, log };
  });
});
