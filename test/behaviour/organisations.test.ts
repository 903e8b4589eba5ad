import { afterEach, expect, test } from '@jest/globals';
import { applyOrganisation } from '@tocsin/cli';
import type { Phone } from '@tocsin/local/carrier';
import { codeOn, pressOn, replyTo } from '../harness/answers.ts';
import { type Harness, startHarness } from '../harness/harness.ts';
import { numberOf, organisationYaml, PEOPLE } from '../harness/organisation.ts';

let harness: Harness | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  await running?.stop();
});

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };
const RIVAL = { id: 'rival', key: 'rival-integration-key-0123456789abcdef', prefix: '+155502' };
const LAYERS = [['ada'], ['ben']];

/** Two organisations that share every id: of people, contact methods, teams, policies, integrations and routes. */
async function startBoth(): Promise<{ h: Harness; theirs: (personId: string) => Phone }> {
  const h = await startHarness({ layers: LAYERS });
  harness = h;
  const yamlText = organisationYaml({ other: RIVAL, layers: LAYERS });
  await applyOrganisation({ nc: h.tocsin.nc, yamlText, fileName: 'rival.yaml', dryRun: false });
  return { h, theirs: (personId) => h.tocsin.carrier.phone(numberOf(PEOPLE, personId, 1, RIVAL.prefix)) };
}

const reached = (phone: Phone) => phone.messages.length + phone.calls.length;
const theirIncident = (h: Harness) => h.incidents.get({ organisationId: RIVAL.id, incident: 'INC-1', withLog: true });

test('an alert of one reaches only its own phones, through every layer', async () => {
  const { h, theirs } = await startBoth();
  await fetch(`http://127.0.0.1:${h.tocsin.ports.ingestion}/v1/in/${RIVAL.key}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...ALERT, title: 'a secret of the rival' }),
  });
  await replyTo(theirs('ada'), 'reject');
  expect(await pressOn(theirs('ben'), '1')).toMatch(/you have it/i);
  await h.until(() => theirs('ada').messages.some((one) => one.body.includes('taken by Ben')), {
    what: 'ada to be told',
  });
  expect(['ada', 'ben', 'boss'].map((id) => reached(h.phone(id)))).toEqual([0, 0, 0]);
  expect(await h.list()).toEqual([]);
  expect(await theirIncident(h)).toMatchObject({ status: 'acknowledged', ownerPersonId: 'ben' });
});

test('a code answers from its own organisation’s phone alone, also where the other has somebody of the same name', async () => {
  const { h, theirs } = await startBoth();
  await h.post(ALERT);
  const code = await codeOn(h.phone('ada'));
  for (const verb of ['1', '2']) expect((await theirs('ada').reply(`${code}${verb}`)).answers).toEqual([]);
  expect((await h.incident()).incident).toMatchObject({ status: 'open', ownerPersonId: '' });
  expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
  const { log } = await h.incident();
  expect(log.filter((entry) => entry.kind === 'rejected')).toEqual([]);
  expect(reached(theirs('ada'))).toBe(0);
});

test('both may page at once: each answer is to its own page', async () => {
  const { h, theirs } = await startBoth();
  await h.post(ALERT);
  await fetch(`http://127.0.0.1:${h.tocsin.ports.ingestion}/v1/in/${RIVAL.key}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ALERT),
  });
  expect(await replyTo(theirs('ada'), 'accept')).toContain('you have it');
  expect((await h.incident()).incident).toMatchObject({ status: 'open', ownerPersonId: '' });
  expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
  expect((await theirIncident(h)).ownerPersonId).toBe('ada');
});
