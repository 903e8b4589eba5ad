import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { Outcome } from '@tocsin/proto/notifier/v1';
import { DECISION_QUERY } from '../contracts/index.ts';
import { answer, ask, incidentState, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const asked = (person: string, kind = 'page') =>
  world.delivered.filter((one) => one.includes(`/${person}/`) && one.endsWith(`/${kind}`));
const kinds = () => [...world.log.values()].map((entry) => entry.kind);
const waitFor = (what: string, probe: () => boolean | Promise<boolean>) => until(probe, { what, timeoutMs: 15_000 });

test.each([2_000, 30, 12])(
  'an incident lives from its first page to its close, with a turn each %i events',
  async (turnAfterEvents) => {
    await world.startWorker();
    const handle = await world.startIncident({ turnAfterEvents });
    const firstRun = (await handle.describe()).runId;
    await waitFor('the first layer', () => asked('ada').length >= 2);
    expect(asked('ben')).toEqual([]);

    expect(await ask(handle, 'ada', 'reject')).toMatchObject({ outcome: 'rejected' });
    await waitFor('the second layer', () => asked('ben').length >= 2);
    expect(await ask(handle, 'ben', 'accept')).toMatchObject({ outcome: 'yours', ownerId: 'ben' });
    expect(await ask(handle, 'ada', 'accept')).toMatchObject({ outcome: 'taken', ownerId: 'ben' });
    await waitFor('the withdrawals', () => ['sms 1 ', 'voice 1 '].every((one) => world.withdrawn.includes(one)));
    await waitFor('ada to be told who has it', () => asked('ada', 'taken').length >= 1);

    await handle.signal('event', answer('ben', 'resolve'));
    expect(await handle.result()).toMatchObject({ status: 'closed' });
    expect(kinds()).toEqual(expect.arrayContaining(['escalation-started', 'layer-started', 'rejected', 'accepted']));
    // Nobody was asked for under a second name: whatever was carried out twice had the same key.
    expect(new Set(asked('ada').concat(asked('ben'))).size).toBe(4);
    expect((await handle.describe()).runId === firstRun).toBe(turnAfterEvents === 2_000);
  },
  60_000,
);

test('the same answer once more is decided once', async () => {
  await world.startWorker();
  const handle = await world.startIncident();
  await waitFor('the first layer', () => asked('ada').length >= 2);
  await handle.signal('event', answer('ada', 'accept', 'a1'));
  const first = await ask(handle, 'ada', 'accept', 'a1');
  expect(first).toMatchObject({ outcome: 'yours', reason: 'accepted' });
  expect(await ask(handle, 'ada', 'accept', 'a1')).toEqual(first);
  await waitFor('the record', () => kinds().includes('accepted'));
  expect(kinds().filter((kind) => kind === 'accepted')).toHaveLength(1);
}, 60_000);

test('messages that cannot be read are passed over, and the incident lives on', async () => {
  await world.startWorker();
  const handle = await world.startIncident();
  await handle.signal('alerts');
  await handle.signal('alerts', { counts: { version: 'new' } });
  await handle.signal('event', { event: { kind: 'delivered', effectId: 'e0-1' } });
  await handle.signal('event', { event: { kind: 'answer', id: 'x' } });
  expect(await handle.query(DECISION_QUERY, 'x')).toBeNull();
  await waitFor('the first layer', () => asked('ada').length >= 2);
  expect(await ask(handle, 'ada', 'accept')).toMatchObject({ outcome: 'yours' });
}, 60_000);

test('an answer ends the activity that is still trying to deliver', async () => {
  let trying = 0;
  world.says.deliver = (_request, channel) => {
    if (channel === 'voice') return { outcome: Outcome.SENT };
    trying += 1;
    return { outcome: Outcome.IN_PROGRESS, reason: 'in-progress' };
  };
  const worker = await world.startWorker();
  const handle = await world.startIncident();
  await waitFor('tries', () => trying > 2);
  await ask(handle, 'ada', 'resolve');
  // The close waits for no delivery: its activity ends by the cancellation.
  await handle.result();
  const { events } = await handle.fetchHistory();
  expect(events?.some((event) => event.activityTaskCancelRequestedEventAttributes)).toBe(true);
  // Left alone it would try on for its budget of 8 s, and hold up a worker that stops.
  const stoppedAt = Date.now();
  await worker.stop();
  expect(Date.now() - stoppedAt).toBeLessThan(5_000);
}, 60_000);

test('what a provider took and lost is asked for again at once, also where that is heard before the result', async () => {
  let lose = () => {};
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  world.says.deliver = async (_request, channel) => {
    if (channel === 'sms') await lost;
    return { outcome: Outcome.SENT, provider: 'test' };
  };
  await world.startWorker();
  const handle = await world.startIncident();
  await waitFor('the first layer', () => asked('ada').length >= 2);
  const key = asked('ada')
    .find((one) => one.startsWith('sms '))!
    .replace('sms ', '');
  const message = { event: { kind: 'receipt-failed', key, attempt: 1, reason: 'carrier-error' } };
  await handle.signal('event', message);
  await handle.signal('event', { event: { ...message.event, attempt: 'none' } });
  await waitFor('the receipt to be taken', () => kinds().includes('notification-lost'));
  lose();
  await waitFor('the same page again', () => asked('ada').filter((one) => one === `sms ${key}`).length >= 2);
  await handle.signal('event', message);
  await ask(handle, 'ada', 'resolve');
  expect(await handle.result()).toMatchObject({ status: 'closed' });
  expect(kinds().filter((kind) => kind === 'notification-lost')).toHaveLength(1);
}, 60_000);

test('a silent SMS path never holds up the phone', async () => {
  let free = () => {};
  const silence = new Promise<void>((resolve) => {
    free = resolve;
  });
  world.says.deliver = async (_request, channel) => {
    if (channel === 'sms') await silence;
    return { outcome: Outcome.SENT };
  };
  await world.startWorker();
  await world.startIncident();
  await waitFor('the phone', () => world.delivered.some((one) => one.startsWith('voice')));
  free();
}, 60_000);

test('a close that newer members refuse goes on with a new round', async () => {
  const counts = { version: 7n, members: 2, firing: 1, severity: 'critical' };
  world.says.close = ({ version }) => (version === 7n ? { closed: true } : { closed: false, ...counts });
  await world.startWorker();
  const handle = await world.startIncident();
  await waitFor('the first layer', () => asked('ada').length >= 2);
  await handle.signal('alerts', { counts: { version: 2, members: 1, firing: 0, severity: 'critical' } });
  await waitFor('a new round', () => asked('ada').some((one) => one.includes('/response/2/')));
  // Pages do not wait for the log.
  await waitFor('the refusal in the log', () => kinds().includes('close-refused'));
  await ask(handle, 'ada', 'resolve');
  expect(await handle.result()).toMatchObject({ status: 'closed' });
}, 60_000);

test('an incident whose workflow was terminated is started again from its log, and repeats nothing', async () => {
  await world.startWorker();
  const handle = await world.startIncident();
  await waitFor('the record', () => kinds().includes('page-planned') && world.delivered.length >= 2);
  const before = new Set(world.delivered);
  await handle.terminate();
  const again = await world.startIncident({ state: incidentState(world.log) });
  await waitFor('the layer to be taken up', () => world.delivered.length >= 2 * before.size);
  expect(new Set(world.delivered)).toEqual(before);
  await ask(again, 'ada', 'resolve');
  expect(await again.result()).toMatchObject({ status: 'closed' });
  await expect(world.startIncident()).rejects.toThrow(/already/i);
}, 60_000);

test('an operator reads the ladder, the next wake and the attributes', async () => {
  await world.startWorker();
  const handle = await world.startIncident();
  await waitFor('the first layer', () => asked('ada').length >= 2);
  await ask(handle, 'ada', 'reject');
  const details = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  expect(details.currentDetails).toContain('INC-1');
  expect(details.currentDetails).toContain('Next: L2');
  await handle.signal('alerts', { counts: { version: 2, members: 2, firing: 2, severity: 'critical' } });
  await ask(handle, 'ben', 'accept');
  const { searchAttributes } = await handle.describe();
  expect(searchAttributes).toMatchObject({
    TocsinSeverity: ['critical'],
    TocsinTeam: ['secops'],
    TocsinState: ['acknowledged'],
  });
  const { events } = await handle.fetchHistory();
  const scheduled = events?.flatMap((one) => one.activityTaskScheduledEventAttributes ?? []);
  expect(new Set(scheduled?.map((one) => one.priority?.priorityKey))).toEqual(new Set([1]));
  // Once at the start, once for the answer: what did not change is not said again.
  expect(events?.filter((one) => one.upsertWorkflowSearchAttributesEventAttributes)).toHaveLength(2);
}, 60_000);
