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
  ['a word that the schema does not know', 'name: Main', 'name: Main\n    colour: red', 'policies[0]'],
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

test('every problem is named at once', () => {
  const text = GOOD.replace("'+12125550123'", "'12'").replace('1500ms', 'never');
  expect(() => parseOrganisation(text, 'org.yaml')).toThrow(/address[\s\S]*catch_all_every/);
});

test('a variable in a file is taken from the environment', () => {
  const variable = ['$', '{SIEM_KEY}'].join('');
  const text = `${GOOD}integrations:\n  - { id: siem, name: SIEM, key: "${variable}" }\n`;
  const env = { SIEM_KEY: 'a-long-enough-secret-key' };
  expect(parseOrganisation(text, 'org.yaml', env).integrations[0]?.key).toBe('a-long-enough-secret-key');
});
