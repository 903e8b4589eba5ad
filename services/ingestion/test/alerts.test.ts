import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { alertsOf, type Harness, ORGANISATION, openHarness, type Replica } from './harness.ts';

let harness: Harness;
let replica: Replica;
beforeAll(async () => {
  harness = await openHarness();
  replica = await harness.replica();
});
afterAll(() => harness?.close());

async function post(key: string, body: string, headers: Record<string, string> = {}) {
  const { body: answer } = await replica.post(`/v1/in/${key}`, body, headers);
  return (await alertsOf(harness, answer.id!))[0]!;
}

describe('one alert', () => {
  test('has its words, why it was read so, and the bytes as they came', async () => {
    const body = '{"title":"Odd login","url":"https://siem.example/1","user":"u1","techniques":["T1078"],"id":"x"}';
    const stored = await post(await harness.integration(), body, { 'content-type': 'application/json; charset=utf-8' });
    const { alert, envelope } = await harness.alerts.get({
      organisationId: ORGANISATION,
      alertId: stored._id,
      withEnvelope: true,
    });
    expect(alert).toMatchObject({
      title: 'Odd login',
      link: 'https://siem.example/1',
      entities: ['u1'],
      techniques: ['T1078'],
      reasons: ['unknown-severity'],
      integrationId: stored.integrationId,
    });
    expect(alert!.decision).toBeUndefined();
    expect(Buffer.from(envelope!.body).toString()).toBe(body);
    expect(envelope).toMatchObject({
      id: stored.envelopeId,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      bodyBytes: BigInt(body.length),
      truncated: false,
    });
  });

  test('says what was decided on it', async () => {
    const stored = await post(await harness.integration(), '{"id":"x"}');
    await harness.alerts.decide({
      decisions: [{ alertId: stored._id, incidentId: 'inc', notify: false, reason: 'repeat' }],
    });
    const { alert, envelope } = await harness.alerts.get({ organisationId: ORGANISATION, alertId: stored._id });
    expect(alert!.decision).toMatchObject({ alertId: stored._id, incidentId: 'inc', notify: false, reason: 'repeat' });
    expect(alert!.decidedAt).toBeDefined();
    expect(envelope).toBeUndefined();
  });

  test('of a large body has the beginning, and says that it is not all', async () => {
    const body = JSON.stringify({ id: 'x', title: 'large', filler: 'y'.repeat(500_000) });
    const stored = await post(await harness.integration(), body);
    const { envelope } = await harness.alerts.get({
      organisationId: ORGANISATION,
      alertId: stored._id,
      withEnvelope: true,
    });
    expect(envelope).toMatchObject({ truncated: true, bodyBytes: BigInt(body.length) });
    expect(Buffer.from(envelope!.body).toString()).toBe(body.slice(0, 262_144));
  });

  test('is nothing to another organisation', async () => {
    const stored = await post(await harness.integration(), '{"id":"x"}');
    const asked = harness.alerts.get({ organisationId: 'rival', alertId: stored._id });
    await expect(asked).rejects.toMatchObject({ name: 'NotFound', code: 'alert-unknown' });
  });
});

test('lists are newest first, of all or of one integration, each once while more arrive', async () => {
  const [a, b] = [await harness.integration({ id: 'list-a' }), await harness.integration({ id: 'list-b' })];
  const expected: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    // All alerts of an envelope have one instant.
    const { body } = await replica.post(
      `/v1/in/${a}`,
      JSON.stringify([{ id: `${n}` }, { id: `${n}b` }, { id: `${n}c` }]),
    );
    const stored = await alertsOf(harness, body.id!);
    expected.unshift(...stored.map((one) => one._id).toReversed());
    await post(b, '{"id":"other"}');
  }
  const pages: string[] = [];
  let cursor = '';
  do {
    const page = await harness.alerts.list({ organisationId: ORGANISATION, integrationId: 'list-a', limit: 5, cursor });
    pages.push(...page.alerts.map((one) => one.id));
    cursor = page.nextCursor;
    await post(a, '{"id":"late"}');
  } while (cursor !== '');
  expect(pages).toEqual(expected);

  const all = await harness.alerts.list({ organisationId: ORGANISATION, limit: 200 });
  const times = all.alerts.map((one) => Number(one.receivedAt!.seconds) * 1_000 + one.receivedAt!.nanos / 1e6);
  expect(times).toEqual(times.toSorted((x, y) => y - x));
  expect(new Set(all.alerts.map((one) => one.integrationId)).size).toBeGreaterThan(2);
  expect((await harness.alerts.list({ organisationId: 'rival' })).alerts).toEqual([]);
});
