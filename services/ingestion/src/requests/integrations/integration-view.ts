import { timestamp } from '@tocsin/platform';
import { type Collections, type IntegrationRow, LISTED } from '../../store/collections.ts';

const DAY_MS = 24 * 3_600_000;
/** What is beyond is not counted: a list of integrations costs the same in a storm. */
const COUNTED = 1_000;

/** An integration as people see it: never its key, nor the key's hash. */
export async function integrationView({ alerts }: Collections, row: IntegrationRow) {
  const { organisationId, id, name, source, teamId, drill, disabled, revision = 0, previousKeyUntil } = row;
  const now = Date.now();
  const theirs = { organisationId, integrationId: id };
  const [newest, lastDay] = await Promise.all([
    alerts.findOne(theirs, {
      sort: { receivedAt: -1, _id: -1 },
      hint: LISTED.ofIntegration,
      projection: { receivedAt: 1 },
    }),
    alerts.countDocuments(
      { ...theirs, receivedAt: { $gte: new Date(now - DAY_MS) } },
      { limit: COUNTED, hint: LISTED.ofIntegration },
    ),
  ]);
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
    ...(newest ? { lastEventAt: timestamp(newest.receivedAt.getTime()) } : {}),
    alertsLastDay: lastDay,
    ...(grace ? { oldKeyUntil: timestamp(grace.getTime()) } : {}),
  };
}
