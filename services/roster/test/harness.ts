import { randomBytes } from 'node:crypto';
import { startTestEngines } from '@tocsin/local/engines';
import { connectMongo, connectNats, createClient, createLogger, services, timestamp } from '@tocsin/platform';
import type { Organisation, Person } from '../src/core/organisation.ts';
import type { ScheduleDefinition } from '../src/core/schedule.ts';
import { createRoster } from '../src/index.ts';
import { collectionsOf } from '../src/store/collections.ts';

export const log = createLogger('test', process.env.TEST_LOG ?? 'silent');

/** A roster on real engines. */
export async function openHarness() {
  const engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  const { client, db } = await connectMongo(engines.mongoUrl);
  const nc = await connectNats(engines.natsUrl, 'test');
  const masterKey = randomBytes(32).toString('base64');
  const config = { natsUrl: engines.natsUrl, mongoUrl: engines.mongoUrl, masterKey };
  const roster = createRoster(config, { log });
  await roster.start();
  const asked = createClient(nc, services.roster);
  return {
    config,
    roster,
    db,
    asked,
    collections: collectionsOf(db),
    async apply(organisation: object, dryRun = false) {
      const { changes } = await asked.apply({ organisationJson: JSON.stringify(organisation), dryRun });
      return changes.map(({ action, kind, id, fields }) => [action, kind, id, ...fields].join(' '));
    },
    begin: (policyId: string, at: string, organisationId = 'acme') =>
      asked.begin({ organisationId, policyId, at: timestamp(Date.parse(at)) }),
    async close() {
      await roster.stop();
      await nc.close();
      await client.close();
      await engines.stop();
    },
  };
}

export type Harness = Awaited<ReturnType<typeof openHarness>>;

export function person(id: string, phone: number, fields: Partial<Person> = {}): Person {
  const address = `+1212555${String(phone).padStart(4, '0')}`;
  return {
    id,
    name: `Name of ${id}`,
    locale: 'en',
    contactMethods: [
      { id: `${id}-sms`, channel: 'sms', address },
      { id: `${id}-voice`, channel: 'voice', address },
    ],
    rules: { high: [], low: [] },
    ...fields,
  };
}

/** Ada and Ben take turns of a week in Berlin, Ada first; Cleo catches all. */
export function organisation(fields: Partial<Organisation> = {}): Organisation {
  return {
    organisation: { id: 'acme', name: 'Acme', defaultPolicyId: 'main' },
    people: [person('ada', 101), person('ben', 102), person('cleo', 103)],
    teams: [{ id: 'secops', name: 'Security operations', memberIds: ['ada', 'ben'] }],
    schedules: [schedule()],
    policies: [
      {
        id: 'main',
        name: 'Main',
        layers: [
          { targets: [{ kind: 'schedule', id: 'primary' }], tryForMs: 60_000 },
          { targets: [{ kind: 'team', id: 'secops' }], tryForMs: 90_000 },
        ],
        rounds: 2,
        catchAll: [{ kind: 'person', id: 'cleo' }],
        catchAllEveryMs: 300_000,
        ackTimeoutMs: 0,
      },
    ],
    ...fields,
  };
}

export function schedule(fields: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return {
    id: 'primary',
    name: 'Primary',
    timeZone: 'Europe/Berlin',
    rotations: [
      {
        id: 'weekly',
        every: 'week',
        length: 1,
        handoffTime: '09:00',
        anchorDate: '2026-01-05',
        memberIds: ['ada', 'ben'],
        restrictions: [],
      },
    ],
    overrides: [],
    ...fields,
  };
}
