import type { ClientSession } from 'mongodb';
import type { Collections } from '../store/collections.ts';

/** Takes an organisation's next numbers, and gives the first: they rise, without gaps, and none is used twice. */
export async function takeNumbers(
  session: ClientSession,
  { counters }: Collections,
  organisationId: string,
  count: number,
): Promise<number> {
  const counter = await counters.findOneAndUpdate(
    { _id: `incident-number/${organisationId}` },
    { $inc: { value: count } },
    { session, upsert: true, returnDocument: 'after' },
  );
  return (counter?.value ?? count) - count + 1;
}
