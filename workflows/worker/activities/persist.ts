import type { Channel, Counts, Severity } from '@tocsin/domain';
import { type Client, timestamp, toApplicationFailure } from '@tocsin/platform';
import type { Incidents } from '@tocsin/proto/incident/v1';
import type { Notifier } from '@tocsin/proto/notifier/v1';
import { ACTIVITY_TIMES, type PersistActivities } from '../../contracts/index.ts';

export interface PersistDeps {
  incidents: Client<typeof Incidents>;
  notifier(channel: Channel): Client<typeof Notifier>;
}

const { request: timeoutMs, withdraw: withdrawWithinMs } = ACTIVITY_TIMES.persist;

/** Writes that go on until they are stored. Every one is safe to repeat. */
export function createPersistActivities({ incidents, notifier }: PersistDeps): PersistActivities {
  return {
    appendLog: ({ incidentId, effect }) =>
      mapped(async () => {
        const entries = effect.entries.map((entry) => ({
          id: entry.id,
          kind: entry.kind,
          at: timestamp(entry.at),
          dataJson: JSON.stringify(entry.data),
        }));
        await incidents.append({ incidentId, entries }, { timeoutMs });
        return { kind: 'logged', effectId: effect.id, throughId: effect.entries.at(-1)?.id ?? '' };
      }),

    closeIncident: ({ incidentId, effect }) =>
      mapped(async () => {
        const { by, sourceOnly, entryId } = effect;
        const at = timestamp(effect.at);
        const version = BigInt(effect.version);
        const answer = await incidents.close({ incidentId, version, by, sourceOnly, entryId, at }, { timeoutMs });
        if (answer.closed) return { kind: 'closed', effectId: effect.id };
        const counts: Counts = {
          version: Number(answer.version),
          members: answer.members,
          firing: answer.firing,
          severity: answer.severity as Severity,
        };
        return { kind: 'close-refused', effectId: effect.id, counts };
      }),

    withdraw: ({ incidentId, effect }) =>
      mapped(async () => {
        const { escalationId, throughRound, layer } = effect;
        const personId = effect.personId ?? '';
        const request = { incidentId, escalationId, throughRound, personId, layer: personId === '' ? 0 : layer };
        // Every notifier hears it, whatever becomes of the others; the activity is repeated until all have.
        const told = await Promise.allSettled(
          effect.channels.map((one) => notifier(one).withdraw(request, { timeoutMs: withdrawWithinMs })),
        );
        const failed = told.find((one) => one.status === 'rejected');
        if (failed) throw failed.reason;
        return { kind: 'withdrawn', effectId: effect.id };
      }),
  };
}

async function mapped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toApplicationFailure(error);
  }
}
