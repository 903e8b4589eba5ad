import { createDevice } from '@tocsin/local/push';

/** A small organisation for one behaviour test, in the words of an organisation's file. */

export type TestChannel = 'sms' | 'voice' | 'push' | 'chat';

export interface TestPerson {
  id: string;
  /** Their id with a capital where absent. */
  name?: string;
  /** Channels with a contact method each, or several phones: `['sms', 'voice', 'voice']`. */
  channels?: TestChannel[];
  /** How often each contact method is used again, and how long after; never where absent. */
  repeats?: { times: number; every: string };
}

export interface TestOrganisation {
  /** Acme, with its key and numbers, where absent. */
  other?: OtherOrganisation;
  people?: TestPerson[];
  /** People or schedules of each layer; `[]` is a schedule that nobody is on. */
  layers?: string[][];
  tryFor?: string;
  rounds?: number;
  catchAll?: string[];
  catchAllEvery?: string;
  ackTimeout?: string;
}

/** An organisation beside Acme: every other id may be the same. */
export interface OtherOrganisation {
  id: string;
  /** Of its integration. */
  key: string;
  /** What all its numbers begin with: seven characters. */
  prefix: string;
}

export const KEY = 'test-integration-key-0123456789abcdef';
export const ORGANISATION = 'acme';

/** The number of a person's n-th phone: `+1 555 01nn pp`. The same phone takes texts and calls. */
export function numberOf(people: readonly TestPerson[], personId: string, phone = 1, prefix = '+155501'): string {
  const index = people.findIndex((one) => one.id === personId);
  if (index < 0) throw new Error(`nobody is called ${personId}`);
  return `${prefix}${String(index + 10).padStart(3, '0')}${String(phone).padStart(2, '0')}`;
}

/** Their id in the simulated Slack workspace. */
export function memberOf(personId: string): string {
  return `U0${personId.toUpperCase()}0`;
}

export const PEOPLE: TestPerson[] = ['ada', 'ben', 'cleo', 'dee', 'boss'].map((id) => ({ id }));

/** Writes the organisation as YAML: what `tocsin apply` reads. */
export function organisationYaml(wanted: TestOrganisation = {}): string {
  const people = wanted.people ?? PEOPLE;
  const layers = wanted.layers ?? [['ada'], ['ben', 'cleo']];
  const { id, key, prefix } = wanted.other ?? { id: ORGANISATION, key: KEY };
  return JSON.stringify({
    organisation: { id, name: id.charAt(0).toUpperCase() + id.slice(1), default_policy: 'main' },
    people: people.map((person) => ({
      id: person.id,
      name: person.name ?? person.id.charAt(0).toUpperCase() + person.id.slice(1),
      contact_methods: contactMethods(people, person, prefix),
      notification_rules: { high: repeated(people, person) },
    })),
    teams: [{ id: 'secops', name: 'Security operations', members: people.map((one) => one.id) }],
    schedules: [{ id: 'nobody', name: 'Nobody', time_zone: 'Europe/Berlin', rotations: [] }],
    policies: [
      {
        id: 'main',
        name: 'Main',
        layers: layers.map((ids) => ({
          targets: ids.length === 0 ? [{ schedule: 'nobody' }] : ids.map((id) => ({ person: id })),
          try_for: wanted.tryFor ?? '60s',
        })),
        rounds: wanted.rounds ?? 1,
        catch_all: (wanted.catchAll ?? ['boss']).map((id) => ({ person: id })),
        catch_all_every: wanted.catchAllEvery ?? '60s',
        ack_timeout: wanted.ackTimeout ?? '0s',
      },
    ],
    integrations: [{ id: 'siem', name: 'SIEM', source: 'generic', team: 'secops', key }],
    routes: [{ id: 'everything', team: 'secops', policy: 'main' }],
  });
}

function repeated(people: readonly TestPerson[], person: TestPerson): object[] {
  const { repeats } = person;
  if (!repeats) return [];
  return contactMethods(people, person).map(({ id }) => ({
    contact_method: id,
    repeats: repeats.times,
    repeat_every: repeats.every,
  }));
}

function contactMethods(people: readonly TestPerson[], person: TestPerson, prefix?: string): { id: string }[] {
  const used: Record<string, number> = {};
  return (person.channels ?? ['sms', 'voice']).map((channel) => {
    used[channel] = (used[channel] ?? 0) + 1;
    const phone = used[channel];
    const id = `${person.id}-${channel}-${phone}`;
    if (channel === 'push') return { id, channel, address: createDevice(person.id, async () => null).address };
    if (channel === 'chat') return { id, channel, address: `slack:local/${memberOf(person.id)}` };
    return { id, channel, address: numberOf(people, person.id, phone, prefix) };
  });
}
