import type { Collections } from '../store/collections.ts';
import { ofParcel } from '../store/parcel.ts';
import type { Decided } from './alert-from.ts';

/** What was decided on these alerts of one parcel, by alert. */
export async function decidedOn(
  { tellings }: Collections,
  parcelId: string,
  alertIds: string[],
): Promise<Map<string, Decided>> {
  const wanted = new Set(alertIds);
  const rows = await tellings
    .find({ _id: ofParcel(parcelId), alerts: { $in: alertIds } }, { projection: { decisions: 1 } })
    .toArray();
  return new Map(
    rows
      .flatMap((row) => row.decisions)
      .flatMap(({ alerts, ...decided }) =>
        alerts.filter((id) => wanted.has(id)).map((id): [string, Decided] => [id, decided]),
      ),
  );
}
