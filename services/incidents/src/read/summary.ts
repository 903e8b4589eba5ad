import { SEVERITIES } from '@tocsin/domain';
import { type Collections, LISTED } from '../store/collections.ts';

interface Counted {
  _id: { severity: string; status: string; drill: boolean };
  count: number;
}

/** How many incidents are open, by severity; counted on the index alone, and as many as are open. */
export async function summary({ incidents }: Collections, organisationId: string) {
  const counted = await incidents
    .aggregate<Counted>(
      [
        { $match: { organisationId, drill: { $in: [false, true] }, status: { $in: ['open', 'acknowledged'] } } },
        { $group: { _id: { severity: '$severity', status: '$status', drill: '$drill' }, count: { $sum: 1 } } },
      ],
      { hint: LISTED.all },
    )
    .toArray();
  const counts = (drill: boolean) =>
    SEVERITIES.map((severity) => {
      const of = (status: string) =>
        counted.find(({ _id }) => _id.severity === severity && _id.status === status && _id.drill === drill)?.count ??
        0;
      return { severity, open: of('open'), acknowledged: of('acknowledged') };
    });
  return { counts: counts(false), drills: counts(true) };
}
