import { createTemporalClient, until } from '@tocsin/platform';
import type { Outage } from '../chaos/rules.ts';
import { ORGANISATION } from '../harness/organisation.ts';
import type { FarSystem } from './far-system.ts';
import { type Installation, RELEASE, SERVICES } from './installation.ts';
import type { Kubernetes } from './kubernetes.ts';

/** What `next-version.patch` adds, as it is found. */
export interface Added {
  index: boolean;
  /** Incidents with its field: it is set by a fact on its subject, which carries a field of its own. */
  incidents: number;
  /** Lives that took its step. */
  lives: number;
}

const STEP = 'a-memo-first';
const CLOSED_WITHIN_MS = 60_000;

/**
 * A small machine cannot start a new pod of everything at once and go on paging in time: each service is replaced when the one
 * before is.
 */
export async function oneByOne(
  { kubectl }: Kubernetes,
  it: Installation,
  change: () => Promise<unknown>,
): Promise<Outage[]> {
  await kubectl(...it.inIt, 'rollout', 'pause', ...SERVICES.map((name) => `deployment/${RELEASE}-${name}`));
  await change();
  for (const name of SERVICES) {
    const deployment = `deployment/${RELEASE}-${name}`;
    await kubectl(...it.inIt, 'rollout', 'resume', deployment);
    await kubectl(...it.inIt, 'rollout', 'status', deployment, '--timeout=4m');
  }
  return [];
}

export async function addedBy({ db, engines }: FarSystem): Promise<Added> {
  const indexes = await db.collection('incidents').indexes();
  const { client, connection } = await createTemporalClient(engines.temporalAddress, engines.namespace);
  try {
    const { count } = await client.workflow.count(`TemporalChangeVersion = '${STEP}'`);
    return {
      index: indexes.some(({ key }) => Object.hasOwn(key, 'heardIn')),
      incidents: await db.collection('incidents').countDocuments({ heardIn: 'next' }),
      lives: count,
    };
  } finally {
    await connection.close();
  }
}

/** Whoever has an open incident resolves it; resolves with how many there were once all are closed. */
export async function closeAll({ incidents, list }: FarSystem): Promise<number> {
  const open = (await list()).filter((one) => one.status !== 'closed');
  await until(
    async () => {
      const left = (await list()).filter((one) => one.status !== 'closed');
      await Promise.all(
        left.map(({ id, ownerPersonId }) =>
          incidents.command({
            ...{ organisationId: ORGANISATION, incident: id, byPersonId: ownerPersonId, commandId: `resolve-${id}` },
            command: { case: 'resolve', value: {} },
          }),
        ),
      );
      if (left.length > 0) throw new Error(`still open: ${left.map((one) => one.number).join(', ')}`);
      return true;
    },
    { timeoutMs: CLOSED_WITHIN_MS, everyMs: 500, what: 'every incident to be closed' },
  );
  return open.length;
}
