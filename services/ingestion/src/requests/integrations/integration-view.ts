import { idAt, timestamp } from '@tocsin/platform';
import { type Collections, type IntegrationRow, LISTED } from '../../store/collections.ts';

const DAY_MS = 24 * 3_600_000;
/** What is beyond is not counted: a list of integrations costs the same in a storm. */
const COUNTED = 1_000;

/** An integration as people see it: never its key, nor the key's hash. */
export async function integrationView(collections: Collections, row: IntegrationRow) {
  const { organisationId, id, name, source, teamId, drill, disabled, revision = 0, previousKeyUntil } = row;
  const now = Date.now();
  const { newest, lastDay } = await eventsOf(collections, `${organisationId}/${id}`, now - DAY_MS);
  const grace = previousKeyUntil && previousKeyUntil.getTime() > now ? previousKeyUntil : null;
  return {
    id,
    organisationId,
    name,
    source,
    teamId,
    drill,
    disabled,
    revision: BigInt(revision),
    ...(newest ? { lastEventAt: timestamp(newest.getTime()) } : {}),
    alertsLastDay: lastDay,
    ...(grace ? { oldKeyUntil: timestamp(grace.getTime()) } : {}),
  };
}

/** When an integration's newest event came, and how many alerts came since an instant, as far as they are counted. */
async function eventsOf({ parcels }: Collections, of: string, since: number) {
  const [newest] = await parcels
    .find({ 'senders.of': of }, { hint: LISTED, projection: { 'envelopes.receivedAt': 1, 'envelopes.sender': 1 } })
    .sort({ _id: -1 })
    .limit(1)
    .toArray();
  const recent = await parcels
    .find({ 'senders.of': of, _id: { $gte: idAt(since) } }, { hint: LISTED, projection: { senders: 1 } })
    .limit(COUNTED)
    .toArray();
  const counts = recent.flatMap((one) => one.senders.filter((sender) => sender.of === of));
  // Senders of other organisations share parcels, and may have the same id.
  const theirs =
    newest?.envelopes.filter(({ sender }) => `${sender.organisationId}/${sender.integrationId}` === of) ?? [];
  return {
    newest: theirs.at(-1)?.receivedAt,
    lastDay: Math.min(
      counts.reduce((sum, one) => sum + one.alerts, 0),
      COUNTED,
    ),
  };
}
