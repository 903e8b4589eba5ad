import { type Metrics, metricSpec } from '@tocsin/platform';
import type { Collections } from './store/collections.ts';

/** Ingestion's own metrics, beside those that every service has. */
export const ingestionMetrics = {
  waiting: metricSpec('tocsin_envelopes_waiting', [], 'Envelopes that wait in memory for a durable write'),
  unparsed: metricSpec(
    'tocsin_parcels_unparsed',
    [],
    'Parcels of stored envelopes that are not parsed yet, 10,000 at most; the same from every replica',
  ),
  undecided: metricSpec(
    'tocsin_alerts_undecided',
    [],
    'Alerts that incidents did not decide on yet, of the first 10,000 messages; the same from every replica',
  ),
};

/** What is told of a backlog ends here: beyond, only its length would be new. */
const COUNTED = 10_000;

export function watchIngestion(metrics: Metrics, { parcels, tellings }: Collections, waiting: () => number): void {
  metrics.sampled(ingestionMetrics.waiting, {}, waiting);
  metrics.sampled(ingestionMetrics.unparsed, {}, () =>
    parcels.countDocuments({ parseAt: { $exists: true } }, { limit: COUNTED, hint: { parseAt: 1 } }),
  );
  metrics.sampled(ingestionMetrics.undecided, {}, async () => {
    const [found] = await tellings
      .aggregate<{ open: number }>(
        [
          { $match: { urgency: { $in: ['high', 'low'] }, tellAt: { $exists: true } } },
          { $limit: COUNTED },
          { $group: { _id: null, open: { $sum: { $size: '$open' } } } },
        ],
        { hint: { urgency: 1, tellAt: 1 } },
      )
      .toArray();
    return found?.open ?? 0;
  });
}
