import { randomBytes } from 'node:crypto';
import { createClient, services } from '@tocsin/platform';
import { createRoster } from '@tocsin/roster';
import { type Harness, log } from './harness.ts';

/** The roster itself beside the gateway: what may be so, it alone says, and no stub of it would be as strict. */
export async function startRoster({ config, nc }: Harness) {
  const { natsUrl, mongoUrl } = config;
  const roster = createRoster({ natsUrl, mongoUrl, masterKey: randomBytes(32).toString('base64') }, { log });
  await roster.start();
  const asked = createClient(nc, services.roster);
  return {
    /** Makes the organisation what it is at the beginning, plus what is given. */
    async apply(fields: object = {}): Promise<void> {
      await asked.apply({ organisationJson: JSON.stringify({ ...organisation, ...fields }) });
    },
    schedules: organisation.schedules,
    stop: roster.stop,
  };
}

export type StartedRoster = Awaited<ReturnType<typeof startRoster>>;

function person(id: string, name: string, phone: string) {
  return {
    id,
    name,
    locale: 'en',
    contactMethods: [
      { id: `${id}-sms`, channel: 'sms', address: phone },
      { id: `${id}-voice`, channel: 'voice', address: phone },
    ],
    rules: {
      high: [
        { contactMethodId: `${id}-sms`, delayMs: 0, repeats: 0, repeatEveryMs: 0 },
        { contactMethodId: `${id}-voice`, delayMs: 30_000, repeats: 0, repeatEveryMs: 0 },
      ],
      low: [{ contactMethodId: `${id}-sms`, delayMs: 0, repeats: 0, repeatEveryMs: 0 }],
    },
  };
}

/** Ada and Ben take turns of a week in Berlin, Ada first; Cleo catches all; Mute has no phone. */
const organisation = {
  organisation: { id: 'acme', name: 'Acme', defaultPolicyId: 'main' },
  people: [
    person('ada', 'Ada Lovelace', '+12125550101'),
    person('ben', 'Ben Okri', '+12125550102'),
    person('cleo', 'Cleo Marsh', '+12125550103'),
    { id: 'mute', name: 'Mo Mute', locale: 'en', contactMethods: [], rules: { high: [], low: [] } },
  ],
  teams: [{ id: 'secops', name: 'Security operations', memberIds: ['ben', 'mute'] }],
  schedules: [
    {
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
    },
  ],
  policies: [
    {
      id: 'main',
      name: 'Main',
      layers: [
        { targets: [{ kind: 'schedule', id: 'primary' }], tryForMs: 300_000 },
        { targets: [{ kind: 'team', id: 'secops' }], tryForMs: 300_000 },
      ],
      rounds: 1,
      catchAll: [{ kind: 'person', id: 'cleo' }],
      catchAllEveryMs: 600_000,
      ackTimeoutMs: 0,
    },
  ],
};
