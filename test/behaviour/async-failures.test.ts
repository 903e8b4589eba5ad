import { afterEach, describe, expect, test } from '@jest/globals';
import { replyTo } from '../harness/answers.ts';
import { type Harness, type HarnessOptions, startHarness, TURNS } from '../harness/harness.ts';

let harness: Harness | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  await running?.stop();
});

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };
const CARRIER_ERROR = 30_008;
const LANDLINE = 30_006;
const HANDSET_OFF = 30_003;

/** A number that turns out unreachable after the carrier took the message. */
describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const start = async (options: HarnessOptions = {}): Promise<Harness> => {
    harness = await startHarness({ turnAfterEvents, ...options });
    return harness;
  };
  const entries = async (h: Harness, kind: string) =>
    (await h.incident()).log.filter((entry) => entry.kind === kind).map((entry) => entry.data);

  test('the message goes out again at once by the other carrier, and is answered there', async () => {
    const h = await start();
    const { carrier } = h.tocsin;
    carrier.fault({ kind: 'message', to: h.phone('ada').number, times: 1, do: { failsWith: CARRIER_ERROR } });
    await h.post(ALERT);
    expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
    const asked = h.requests('ada', 'message');
    expect(asked).toHaveLength(2);
    expect(new Set(asked.map((one) => one.account)).size).toBe(2);
    expect(h.requests('ben')).toEqual([]);
    await h.until(async () => (await entries(h, 'notification-lost')).length === 1, {
      what: 'the timeline to say why',
    });
    expect(await entries(h, 'notification-lost')).toMatchObject([
      { person: 'ada', channel: 'sms', attempt: 1, reason: 'carrier-error' },
    ]);
  });

  test('the person’s other way still rings, and the layer has its time', async () => {
    const h = await start();
    h.tocsin.carrier.fault({ kind: 'message', to: h.phone('ada').number, do: { failsWith: LANDLINE } });
    await h.post(ALERT);
    await h.until(async () => (await entries(h, 'notification-refused')).length === 1, {
      what: 'the SMS to be given up',
    });
    await h.until(() => h.phone('ada').calls.some((call) => call.status === 'ringing'), { what: 'the call' });
    expect(h.requests('ada', 'message')).toHaveLength(1);
    expect(h.requests('ben')).toEqual([]);
    expect(await entries(h, 'person-unreachable')).toEqual([]);
  });

  test('with no way left, the next layer starts at once, and each carrier was asked once', async () => {
    const h = await start({ tryFor: '300s' });
    const to = h.phone('ada').number;
    h.tocsin.carrier.fault({ kind: 'message', to, do: { failsWith: HANDSET_OFF } });
    h.tocsin.carrier.fault({ kind: 'call', to, do: { failsWith: CARRIER_ERROR } });
    await h.post(ALERT);
    await h.until(() => h.requests('ben').length === 2 && h.requests('cleo').length === 2, { what: 'layer 2' });
    expect(await entries(h, 'person-unreachable')).toMatchObject([
      { person: 'ada', reason: 'every-contact-method-failed' },
    ]);
    expect(h.requests('ada', 'message').map((one) => one.account)).toHaveLength(2);
    expect(h.requests('ada', 'call').map((one) => one.account)).toHaveLength(2);
    expect(await replyTo(h.phone('ben'), 'accept')).toContain('you have it');
  });

  test('a line that is busy, or that nobody takes, is no failure of the way', async () => {
    const h = await start();
    h.phone('ada').behave({ busy: true });
    await h.post(ALERT);
    const said = async () => (await entries(h, 'notification')).find((one) => one.reason === 'busy');
    await h.until(said, { what: 'the busy line to be on the timeline' });
    expect(await replyTo(h.phone('ada'), 'accept')).toContain('you have it');
    expect(h.requests('ada', 'call')).toHaveLength(1);
    expect(h.requests('ben')).toEqual([]);
    expect(await entries(h, 'notification-lost')).toEqual([]);
  });

  test('what fails after the answer stays failed: nobody is paged again', async () => {
    const h = await start({ tocsin: { carrier: { timings: { deliverMs: 3_000 } } } });
    h.tocsin.carrier.fault({ kind: 'message', to: h.phone('ada').number, do: { failsWith: CARRIER_ERROR } });
    await h.post(ALERT);
    await h.until(() => h.requests('ada').length === 2, { what: 'ada to be paged' });
    await h.command({ commandId: 'c1', incident: 'INC-1', byPersonId: 'ada', command: { case: 'accept', value: {} } });
    const failed = async () => (await entries(h, 'notification')).find((one) => one.reason === 'carrier-error');
    await h.until(failed, { what: 'the failure to be on the timeline' });
    await h.command({ commandId: 'c2', incident: 'INC-1', byPersonId: 'ada', command: { case: 'resolve', value: {} } });
    await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the incident to close' });
    expect(h.requests('ada', 'message')).toHaveLength(1);
    expect(await entries(h, 'notification-lost')).toEqual([]);
  });
});
