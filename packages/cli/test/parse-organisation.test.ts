import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parseOrganisation } from '../src/index.ts';

const GOOD = `organisation: { id: acme, name: Acme, default_policy: main }
people:
  - id: ada
    name: Ada
    contact_methods:
      - { id: ada-sms, channel: sms, address: '+12125550123' }
policies:
  - id: main
    name: Main
    layers:
      - { targets: [{ person: ada }], try_for: 1m30s }
    catch_all: [{ person: ada }]
    catch_all_every: 1500ms
`;

test('a file is read with its durations and defaults', () => {
  const file = parseOrganisation(GOOD, 'org.yaml');
  expect(file.policies[0]).toMatchObject({ rounds: 1, catch_all_every: 1_500, ack_timeout: 0 });
  expect(file.policies[0]?.layers[0]?.try_for).toBe(90_000);
});

test('the example is valid', async () => {
  const text = await readFile(new URL('../../../deploy/examples/organisation.yaml', import.meta.url), 'utf8');
  expect(parseOrganisation(text, 'organisation.yaml').people).toHaveLength(6);
});

test.each([
  [
    'a wrong number',
    "'+12125550123'",
    "'12'",
    'org.yaml:6:47 people[0].contact_methods[0].address: must be a number in E.164',
  ],
  [
    'a chat address that is a number',
    "channel: sms, address: '+12125550123'",
    "channel: chat, address: '+12125550123'",
    'people[0].contact_methods[0].address: must begin with slack:, mattermost:, teams: or webhook:',
  ],
  ['a channel that there is not', 'channel: sms', 'channel: pigeon', 'people[0].contact_methods[0].channel: '],
  [
    'a person who is not there',
    '[{ person: ada }], try_for',
    '[{ person: bob }], try_for',
    'org.yaml:11:31 policies[0].layers[0].targets[0].person: there is no person "bob"',
  ],
  [
    'a length of time that is none',
    '1m30s',
    'soon',
    'org.yaml:11:48 policies[0].layers[0].try_for: must be a length of time',
  ],
  ['an empty catch-all', 'catch_all: [{ person: ada }]', 'catch_all: []', 'policies[0].catch_all: must name somebody'],
  [
    'a policy that is not there',
    'default_policy: main',
    'default_policy: other',
    'organisation.default_policy: there is no policy "other"',
  ],
  [
    'a field that there is not',
    'name: Main',
    'name: Main\n    colour: red',
    'org.yaml:10:13 policies[0].colour: is not a field of the file',
  ],
  [
    'a catch-all of a schedule alone',
    'catch_all: [{ person: ada }]',
    'catch_all: [{ schedule: primary }]',
    'org.yaml:12:16 policies[0].catch_all: must name a person, or a team with members',
  ],
  [
    'a zone that is an offset',
    'name: Ada',
    'name: Ada\n    time_zone: UTC+2',
    'org.yaml:5:16 people[0].time_zone: must be',
  ],
  [
    'an address that two have',
    "'+12125550123' }",
    "'+12125550123' }\n      - { id: other, channel: sms, address: '+12125550123' }",
    'org.yaml:7:45 people[0].contact_methods[1].address: must be there once',
  ],
  ['a layer of no time', '1m30s', '0s', 'policies[0].layers[0].try_for: must be at least 100ms'],
  ['a person without a name', '    name: Ada\n', '', 'org.yaml:3:5 people[0].name: '],
  ['broken YAML', 'people:', 'people: [', 'org.yaml:'],
  [
    'a variable that the environment lacks',
    'name: Ada',
    'name: $' + '{NOT_THERE}',
    'people[0].name: the environment has no NOT_THERE',
  ],
])('%s is named with its line', (_, from, to, expected) => {
  expect(() => parseOrganisation(GOOD.replace(from, to), 'org.yaml', {})).toThrow(expected);
});

const SCHEDULE = `schedules:
  - id: primary
    name: Primary
    time_zone: Europe/Berlin
    rotations:
      - { id: r, every: week, handoff_time: '09:00', anchor_date: 2026-01-05, members: [ada] }
    overrides:
      - { id: o, person: ada, from: 2026-12-24T18:00, until: 2026-12-25T06:00+01:00, rotation: r }
`;

test.each([
  ["'09:00'", "'9:00'", 'schedules[0].rotations[0].handoff_time: must be a time of day'],
  ['2026-01-05', '2026-02-30', 'schedules[0].rotations[0].anchor_date: must be a date'],
  ['members: [ada]', 'members: []', 'schedules[0].rotations[0].members: '],
  ['members: [ada]', 'members: [bob]', 'schedules[0].rotations[0].members[0]: there is no person "bob"'],
  ['2026-12-24T18:00', 'tomorrow', 'schedules[0].overrides[0].from: must be a date and time'],
  ['2026-12-25T06:00+01:00', '2026-12-24T17:59', 'schedules[0].overrides[0].until: must be after from'],
  ['rotation: r', 'rotation: x', 'schedules[0].overrides[0].rotation: the schedule has no rotation "x"'],
  ['Europe/Berlin', 'Berlin', 'schedules[0].time_zone: must be an IANA time zone'],
])('in a schedule %s cannot be %s', (from, to, expected) => {
  expect(() => parseOrganisation(GOOD + SCHEDULE, 'org.yaml')).not.toThrow();
  expect(() => parseOrganisation(GOOD + SCHEDULE.replace(from, to), 'org.yaml')).toThrow(expected);
});

test('every problem is named at once, in the order of the file', () => {
  const text = GOOD.replace("'+12125550123'", "'12'").replace('person: ada', 'person: bob').replace('1500ms', 'never');
  let lines: string[] = [];
  try {
    parseOrganisation(text, 'org.yaml');
  } catch (error) {
    lines = (error as Error).message.split('\n');
  }
  expect(lines.map((line) => line.split(': ')[0])).toEqual([
    'org.yaml:6:47 people[0].contact_methods[0].address',
    'org.yaml:11:31 policies[0].layers[0].targets[0].person',
    'org.yaml:13:22 policies[0].catch_all_every',
  ]);
});

test('a key is never repeated in what is said of it', () => {
  const key =
    'integrations:\n  - { id: a, name: A, key: secret-secret-secret }\n  - { id: b, name: B, key: secret-secret-secret }\n';
  expect(() => parseOrganisation(GOOD + key, 'org.yaml')).toThrow(/^(?!.*secret).*integrations\[1\]\.key/s);
});

test('a variable in a file is taken from the environment', () => {
  const variable = ['$', '{SIEM_KEY}'].join('');
  const text = `${GOOD}integrations:\n  - { id: siem, name: SIEM, key: "${variable}" }\n`;
  const env = { SIEM_KEY: 'a-long-enough-secret-key' };
  expect(parseOrganisation(text, 'org.yaml', env).integrations[0]?.key).toBe('a-long-enough-secret-key');
});
