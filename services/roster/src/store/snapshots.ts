import { createHash } from 'node:crypto';
import { inTransaction, NotFound } from '@tocsin/platform';
import type { MongoClient } from 'mongodb';
import type { PolicyDefinition } from '../core/organisation.ts';
import type { Directory } from '../core/resolve.ts';
import { readSchedule } from '../core/schedule.ts';
import { type Collections, personOf } from './collections.ts';
import { readOrganisation, type StoredOrganisation } from './read-organisation.ts';

/** An organisation read and ready to be asked, without names and addresses. */
export interface Snapshot extends Directory {
  version: number;
  defaultPolicyId: string;
  policies: ReadonlyMap<string, VersionedPolicy>;
}

export interface VersionedPolicy extends PolicyDefinition {
  /** Of its rules: the same rules have the same version. */
  version: string;
}

export interface Snapshots {
  /** The organisation as it is now. Throws `NotFound` for one that was never applied. */
  current(organisationId: string, deadlineAt: number): Promise<Snapshot>;
}

/** Organisations kept in memory. A request costs one read by id, of the version; the rest is read again when that has risen. */
export function createSnapshots(client: MongoClient, collections: Collections): Snapshots {
  const kept = new Map<string, Snapshot>();
  const loading = new Map<string, Promise<Snapshot>>();

  async function load(organisationId: string): Promise<Snapshot> {
    const stored = await inTransaction(client, (session) => readOrganisation(collections, organisationId, session));
    if (!stored) throw unknown(organisationId);
    const snapshot = snapshotOf(stored);
    const newest = kept.get(organisationId);
    if (!newest || newest.version < snapshot.version) kept.set(organisationId, snapshot);
    return snapshot;
  }

  /** Those who ask for the same version share one loading. */
  function loadAtLeast(organisationId: string, version: number): Promise<Snapshot> {
    const name = `${organisationId}/${version}`;
    const running = loading.get(name);
    if (running) return running;
    const started = load(organisationId).finally(() => loading.delete(name));
    loading.set(name, started);
    return started;
  }

  return {
    async current(organisationId, deadlineAt) {
      const row = await collections.organisations.findOne(
        { _id: organisationId },
        { projection: { version: 1 }, timeoutMS: Math.max(1, deadlineAt - Date.now()) },
      );
      if (!row) throw unknown(organisationId);
      const snapshot = kept.get(organisationId);
      if (snapshot && snapshot.version >= row.version) return snapshot;
      return loadAtLeast(organisationId, row.version);
    },
  };
}

function unknown(organisationId: string): NotFound {
  return new NotFound(`no organisation is called ${organisationId}`, {
    code: 'organisation-unknown',
    field: 'organisation_id',
  });
}

function snapshotOf({ row, people, teams, schedules, policies }: StoredOrganisation): Snapshot {
  return {
    version: row.version,
    defaultPolicyId: row.defaultPolicyId,
    people: new Map(
      people.map(({ contactMethods, rules, ...row }) => [
        personOf(row),
        {
          // By what is gone nobody is paged.
          contactMethods: contactMethods.filter((one) => !one.goneAt).map(({ id, channel }) => ({ id, channel })),
          rules,
        },
      ]),
    ),
    teams: new Map(teams.map((team) => [team.id, team])),
    schedules: new Map(schedules.map((schedule) => [schedule.id, readSchedule(schedule)])),
    policies: new Map(policies.map((policy) => [policy.id, { ...policy, version: versionOf(policy) }])),
  };
}

function versionOf({ layers, rounds, catchAll, catchAllEveryMs, ackTimeoutMs }: PolicyDefinition): string {
  const rules = JSON.stringify([
    layers.map(({ targets, tryForMs }) => [targets.map(({ kind, id }) => [kind, id]), tryForMs]),
    rounds,
    catchAll.map(({ kind, id }) => [kind, id]),
    catchAllEveryMs,
    ackTimeoutMs,
  ]);
  return createHash('sha256').update(rules).digest('hex').slice(0, 16);
}
