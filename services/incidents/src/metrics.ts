import { type Metrics, metricSpec } from '@tocsin/platform';
import type { Collections } from './store/collections.ts';

/** Incidents' own metrics, beside those that every service has. */
export const incidentsMetrics = {
  told: metricSpec(
    'tocsin_incidents_told_total',
    ['outcome'],
    'Tells of incidents to Temporal, by whether it took them',
  ),
  found: metricSpec(
    'tocsin_reconciler_findings_total',
    ['finding'],
    'Workflows that were found wrong and set right; `fails-again` is not, and waits for another worker',
  ),
  untold: metricSpec(
    'tocsin_incidents_untold',
    [],
    'Open incidents of which Temporal does not know the newest yet, 10,000 at most; the same from every replica',
  ),
  undecided: metricSpec(
    'tocsin_answers_undecided',
    [],
    'Stored answers and commands that their workflow did not decide on yet, 10,000 at most; the same from every replica',
  ),
};

/** What is told of a backlog ends here: beyond, only its length would be new. */
const COUNTED = 10_000;

export function watchIncidents(metrics: Metrics, { incidents, answers }: Collections): void {
  metrics.sampled(incidentsMetrics.untold, {}, () =>
    incidents.countDocuments({ untold: true, closedAt: null }, { limit: COUNTED }),
  );
  metrics.sampled(incidentsMetrics.undecided, {}, () =>
    answers.countDocuments({ decision: null, nextAskAt: { $gt: new Date(0) } }, { limit: COUNTED }),
  );
}
