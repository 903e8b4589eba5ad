import { afterEach, describe, expect, test } from '@jest/globals';
import { pressOn, replyTo } from '../harness/answers.ts';
import { type Harness, type HarnessOptions, startHarness, TURNS } from '../harness/harness.ts';

let harness: Harness | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  await running?.stop();
});

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const start = async (options: HarnessOptions = {}): Promise<Harness> => {
    harness = await startHarness({ turnAfterEvents, ...options });
    return harness;
  };

  test('an alert rings the phone and the SMS at once', async () => {
    const h = await start();
    const response = await h.post(ALERT);
    expect(response.status).toBe(202);
    const phone = h.phone('ada');
    await h.until(() => phone.messages.length === 1 && phone.calls.some((call) => call.status === 'ringing'));
    expect(phone.messages[0]?.body).toContain('db-17 unreachable');
    expect(h.requests('ben')).toEqual([]);
  });

  test('two phones of one person both ring', async () => {
    const h = await start({
      people: [{ id: 'ada', channels: ['voice', 'voice'] }, { id: 'ben' }, { id: 'cleo' }, { id: 'boss' }],
    });
    await h.post(ALERT);
    const both = [h.phone('ada', 1), h.phone('ada', 2)];
    await h.until(() => both.every((phone) => phone.calls.some((call) => call.status === 'ringing')));
  });

  test('accepted by SMS: the call stops ringing, and who else was paged is told who has it', async () => {
    const h = await start({ layers: [['ada', 'ben']] });
    await h.post(ALERT);
    const [ada, ben] = [h.phone('ada'), h.phone('ben')];
    await h.until(() => [ada, ben].every((phone) => phone.calls.some((call) => call.status === 'ringing')));
    expect(await replyTo(ada, 'accept')).toContain('you have it');
    await h.until(() => [ada, ben].every((phone) => phone.calls.every((call) => call.status !== 'ringing')), {
      what: 'every call to stop ringing',
    });
    await h.until(() => ben.messages.some((one) => one.body.includes('taken by Ada')), { what: 'ben to be told' });
    const { incident } = await h.incident();
    expect(incident).toMatchObject({ status: 'acknowledged', ownerPersonId: 'ada' });
  });

  test('accepted by a key: the decision is spoken', async () => {
    const h = await start();
    await h.post(ALERT);
    expect((await pressOn(h.phone('ada'), '1')).toLowerCase()).toContain('you have it');
  });

  test('two people accept at the same instant: one owner, the other hears who', async () => {
    const h = await start({ layers: [['ada', 'ben']] });
    await h.post(ALERT);
    const both = [h.phone('ada'), h.phone('ben')];
    await h.until(() => both.every((phone) => phone.messages.length === 1), { what: 'both to be paged' });
    const said = await Promise.all(both.map((phone) => replyTo(phone, 'accept')));
    // Who answered hears it before the log has it.
    const { incident, log } = await h.until(
      async () => {
        const found = await h.incident();
        return found.log.some((entry) => entry.kind === 'accepted') && found;
      },
      { what: 'the log to tell who accepted' },
    );
    expect(log.filter((entry) => entry.kind === 'accepted')).toHaveLength(1);
    const owner = incident.ownerPersonId;
    const name = owner === 'ada' ? 'Ada' : 'Ben';
    expect(said.filter((text) => text.includes('you have it'))).toHaveLength(1);
    expect(said.filter((text) => text.includes(`${name} has it`))).toHaveLength(1);
  });

  test('when the last of a layer rejects, the next layer starts at once', async () => {
    const h = await start();
    await h.post(ALERT);
    await replyTo(h.phone('ada'), 'reject');
    await h.until(() => h.requests('ben').length === 2 && h.requests('cleo').length === 2, { what: 'layer 2' });
  });

  test('nobody answers: layer after layer, then the catch-all again and again', async () => {
    const h = await start({ tryFor: '1s', catchAllEvery: '1s' });
    await h.post(ALERT);
    await h.until(() => h.requests('boss', 'message').length >= 2, { timeoutMs: 20_000, what: 'the catch-all twice' });
    const { log } = await h.incident();
    const layers = log.filter((entry) => entry.kind === 'layer-started').map((entry) => entry.data.layer);
    expect(layers.slice(0, 3)).toEqual([1, 2, 3]);
  });

  test('nobody on call: passed over at once, and the gap is recorded', async () => {
    const h = await start({ layers: [[], ['ben']] });
    await h.post(ALERT);
    await h.until(() => h.requests('ben').length === 2, { what: 'ben to be paged' });
    const { log } = await h.incident();
    expect(log.map((entry) => entry.kind)).toEqual(expect.arrayContaining(['gap', 'layer-empty']));
  });

  test('a source that resolves before the answer stops paging', async () => {
    const h = await start({ tryFor: '2s' });
    await h.post(ALERT);
    await h.until(() => h.requests('ada').length === 2);
    await h.post({ ...ALERT, action: 'resolve' });
    await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the incident to close' });
    expect(h.requests('ben')).toEqual([]);
  });

  test('an alert after the resolve is a new incident, linked to the last', async () => {
    const h = await start();
    await h.post(ALERT);
    await h.until(() => h.requests('ada').length === 2);
    await h.post({ ...ALERT, action: 'resolve' });
    await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the incident to close' });
    await h.post(ALERT);
    const second = await h.until(async () => (await h.list()).find((one) => one.number === 'INC-2'));
    expect(second.previousIncidentId).toBe((await h.incident()).incident.id);
  });

  test('a malformed body is kept, and pages', async () => {
    const h = await start();
    const response = await h.post('{"title": "cut off');
    expect(response.status).toBe(202);
    await h.until(() => h.requests('ada').length === 2, { what: 'ada to be paged' });
  });

  test('100 people on two channels go out within one plan step', async () => {
    const people = [...Array.from({ length: 100 }, (_, index) => ({ id: `p${index}` })), { id: 'boss' }];
    const h = await start({ people, layers: [people.slice(0, 100).map((one) => one.id)] });
    await h.post(ALERT);
    await h.until(() => people.slice(0, 100).every((one) => h.requests(one.id).length >= 2), {
      timeoutMs: 90_000,
      what: '200 requests',
    });
    const { log } = await h.incident();
    const planned = log.filter((entry) => entry.kind === 'page-planned');
    expect(planned.map((entry) => (entry.data.notifications as string[]).length)).toEqual([50, 50, 50, 50]);
  }, 120_000);
});
