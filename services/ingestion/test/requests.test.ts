import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { purge } from '../src/pipeline/purge.ts';
import { alertsOf, type Harness, openHarness, type Replica, tellingOf } from './harness.ts';

let harness: Harness;
let first: Replica;
let second: Replica;
beforeAll(async () => {
  harness = await openHarness();
  first = await harness.replica();
  second = await harness.replica();
});
afterAll(() => harness?.close());

async function alert(key: string, body: object) {
  const { body: answer } = await first.post(`/v1/in/${key}`, JSON.stringify(body));
  return (await alertsOf(harness, answer.id!))[0]!;
}

describe('Describe', () => {
  test('gives the words of the alerts that exist', async () => {
    const stored = await alert(await harness.integration(), {
      title: 'Odd login',
      url: 'https://siem.example/1',
      user: 'u1',
    });
    const { texts } = await harness.alerts.describe({ alertIds: [stored._id, 'nobody-0'] });
    expect(texts).toMatchObject([
      { alertId: stored._id, title: 'Odd login', link: 'https://siem.example/1', entities: ['u1'] },
    ]);
  });
  test('refuses more than 500, naming the field', async () => {
    const asked = harness.alerts.describe({ alertIds: Array(501).fill('a') });
    await expect(asked).rejects.toMatchObject({ name: 'InvalidInput', field: 'alert_ids' });
  });
});

describe('Decide', () => {
  /** The ids of alerts that are told together. */
  async function sixAlerts(): Promise<string[]> {
    const body = Array.from({ length: 6 }, (_, at) => ({ title: `t${at}` }));
    const { body: answer } = await first.post(`/v1/in/${await harness.integration()}`, JSON.stringify(body));
    return (await alertsOf(harness, answer.id!)).map(({ _id }) => _id);
  }
  const decisionOn = (alertId: string, at: number) => ({
    alertId,
    incidentId: `inc-${at % 2}`,
    notify: false,
    reason: 'repeat',
  });
  test('ends the telling; the first decision stays', async () => {
    const stored = await alert(await harness.integration(), { title: 'a' });
    const decide = (reason: string) =>
      harness.alerts.decide({ decisions: [{ alertId: stored._id, incidentId: 'inc', notify: true, reason }] });
    await decide('new-incident');
    const decided = await tellingOf(harness, stored._id);
    const decision = { incidentId: 'inc', notify: true, reason: 'new-incident', alerts: [stored._id] };
    expect(decided).toMatchObject({ open: [], decisions: [decision] });
    expect(decided!.tellAt).toBeUndefined();
    expect(decided!.purgeAt!.getTime() - decided!.decisions[0]!.at.getTime()).toBe(400 * 24 * 3_600_000);
    await decide('repeat');
    expect((await tellingOf(harness, stored._id))!.decisions).toEqual(decided!.decisions);
  });
  test('takes many alike and unlike, and passes over what does not exist', async () => {
    const ids = await sixAlerts();
    await harness.alerts.decide({
      decisions: [...ids.map(decisionOn), { alertId: 'gone.0-0', incidentId: 'x', reason: 'repeat' }],
    });
    const { open, decisions } = (await tellingOf(harness, ids[0]!))!;
    expect(open).toEqual([]);
    expect(decisions.map(({ incidentId, alerts }) => [incidentId, alerts])).toEqual([
      ['inc-0', [ids[0], ids[2], ids[4]]],
      ['inc-1', [ids[1], ids[3], ids[5]]],
    ]);
  });
  test('from many sides at once leaves one decision on each', async () => {
    const ids = await sixAlerts();
    await Promise.all(ids.map((id, at) => harness.alerts.decide({ decisions: [decisionOn(id, at)] })));
    const { open, decisions, purgeAt } = (await tellingOf(harness, ids[0]!))!;
    expect(open).toEqual([]);
    expect(decisions.flatMap(({ alerts }) => alerts).sort()).toEqual(ids);
    expect(purgeAt).toBeInstanceOf(Date);
  });
  test('what was decided long ago goes, and what is undecided stays', async () => {
    const [over, open] = [await sixAlerts(), await sixAlerts()];
    await harness.alerts.decide({ decisions: over.map(decisionOn) });
    await harness.alerts.decide({ decisions: open.slice(1).map(decisionOn) });
    await harness.collections.tellings.updateOne({ alerts: over[0]! }, { $set: { purgeAt: new Date() } });
    await purge(harness.collections);
    const left = await harness.collections.alerts.find({ _id: { $in: [...over, ...open] } }).toArray();
    expect(left.map(({ _id }) => _id).sort()).toEqual(open);
    expect(await tellingOf(harness, over[0]!)).toBeUndefined();
  });
  test('refuses more than 1,000 and decisions on nothing', async () => {
    const decision = { alertId: 'a', reason: 'repeat' };
    const many = harness.alerts.decide({ decisions: Array(1_001).fill(decision) });
    await expect(many).rejects.toMatchObject({ field: 'decisions' });
    const nameless = harness.alerts.decide({ decisions: [decision, { reason: 'repeat' }] });
    await expect(nameless).rejects.toMatchObject({ name: 'InvalidInput', field: 'decisions[1].alert_id' });
  });
});

describe('ApplyIntegrations', () => {
  const siem = { id: 'siem', name: 'SIEM', source: 'generic', key: 'siem-key-0123456789', teamId: 'blue' };
  const mail = { id: 'mail', name: 'Mail', source: 'generic', key: 'mail-key-0123456789' };
  const apply = async (organisationId: string, integrations: object[], dryRun = false) => {
    const { changes } = await harness.alerts.applyIntegrations({ organisationId, integrations, dryRun });
    return changes.map(({ id, action, fields }) => [action, id, ...fields].join(' '));
  };
  const statusOf = async (replica: Replica, key: string) => (await replica.post(`/v1/in/${key}`, '{}')).status;

  test('is the whole truth of an organisation, and says what it changes', async () => {
    expect(await apply('org', [siem, mail], true)).toEqual(['create siem', 'create mail']);
    expect(await statusOf(first, siem.key)).toBe(401);
    expect(await apply('org', [siem, mail])).toEqual(['create siem', 'create mail']);
    expect(await apply('org', [siem, mail])).toEqual([]);
    await until(async () => (await statusOf(second, siem.key)) === 202);
    expect(await apply('org', [{ ...siem, name: 'Main SIEM', drill: true }])).toEqual([
      'update siem name drill',
      'delete mail',
    ]);
    expect(await apply('org', [{ ...siem, name: 'Main SIEM', drill: true, key: '' }])).toEqual([]);
    expect(await apply('org', [siem, mail])).toEqual(['update siem name drill', 'update mail disabled']);
  });

  test('a disabled integration is refused as such, on every replica within a moment, though each knew its key', async () => {
    const own = { ...mail, key: 'own-key-0123456789ab' };
    await apply('org-2', [own]);
    for (const replica of [first, second]) await until(async () => (await statusOf(replica, own.key)) === 202);
    await apply('org-2', []);
    for (const replica of [first, second]) {
      await until(async () => (await statusOf(replica, own.key)) === 403, { timeoutMs: 5_000 });
    }
  });

  test('keys may be exchanged, and be given on by who is disabled', async () => {
    const a = { ...siem, id: 'a', key: 'exchanged-key-aaaaaa' };
    const b = { ...siem, id: 'b', key: 'exchanged-key-bbbbbb' };
    await apply('org-3', [a, b]);
    expect(
      await apply('org-3', [
        { ...a, key: b.key },
        { ...b, key: a.key },
      ]),
    ).toEqual(['update a key', 'update b key']);
    expect(await apply('org-3', [{ ...a, id: 'c' }])).toEqual(['create c', 'delete a', 'delete b']);
    const taken = async () => {
      const { status, body } = await second.post(`/v1/in/${a.key}`, '{}');
      return status === 202 && (await alertsOf(harness, body.id!))[0]!.integrationId === 'c';
    };
    await until(taken);
  });

  test('the key itself is stored nowhere', async () => {
    await apply('org-4', [{ ...siem, key: 'a-key-to-be-looked-for' }]);
    const rows = await harness.collections.integrations.find({}).toArray();
    expect(JSON.stringify(rows)).not.toContain('a-key-to-be-looked-for');
  });

  test.each([
    ['a short key', [{ ...siem, key: 'short' }], 'integrations[0].key'],
    ['no key for a new one', [{ ...siem, key: '' }], 'integrations[0].key'],
    ['an unknown source', [siem, { ...mail, source: 'carrier-pigeon' }], 'integrations[1].source'],
    ['no name', [{ ...siem, name: ' ' }], 'integrations[0].name'],
    ['an id twice', [siem, { ...mail, id: 'siem' }], 'integrations[1].id'],
    ['a key twice', [siem, { ...mail, key: siem.key }], 'integrations[1].key'],
  ])('refuses %s, naming the field', async (_what, integrations, field) => {
    await expect(apply('org-5', integrations)).rejects.toMatchObject({ name: 'InvalidInput', field });
  });

  test("refuses another organisation's key, and changes nothing", async () => {
    await apply('org-6', [{ ...siem, key: 'the-key-of-org-six-6' }]);
    const taken = apply(
      'org-7',
      [mail, { ...siem, key: 'the-key-of-org-six-6' }].map((one) => ({ ...one, id: `${one.id}-7` })),
    );
    await expect(taken).rejects.toMatchObject({ name: 'Conflict' });
    expect(await harness.collections.integrations.countDocuments({ organisationId: 'org-7' })).toBe(0);
  });
});
