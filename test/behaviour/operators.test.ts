import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { replyTo } from '../harness/answers.ts';
import { type Harness, type HarnessOptions, startHarness, TURNS } from '../harness/harness.ts';
import { pagedTimes, pages } from '../harness/pages.ts';
import { madeAgain, terminate, workflowOf } from '../harness/workflow.ts';

let harness: Harness | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  await running?.stop();
});

const ALERT = {
  action: 'trigger',
  dedup_key: 'db-17',
  severity: 'critical',
  title: 'db-17 unreachable',
  group_key: 'rack-3',
};
const layers = [['ada'], ['ben', 'cleo']];

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const start = async (options: HarnessOptions = {}): Promise<Harness> => {
    const tocsin = { overrides: { incidents: { reconcileEveryMs: 500 } } };
    harness = await startHarness({ turnAfterEvents, tocsin, layers, ...options });
    return harness;
  };

  test('terminated in the middle of a page: nobody gets the same page twice, and the next layer comes', async () => {
    const h = await start({ tryFor: '5s' });
    await h.post(ALERT);
    await h.until(() => pages(h, 'ada').length > 0, { what: 'the first page', everyMs: 5 });
    await madeAgain(h, await terminate(h));
    await h.until(() => pages(h, 'ben').length >= 2 && pages(h, 'cleo').length >= 2, { what: 'the next layer' });
    for (const person of ['ada', 'ben', 'cleo']) expect(await pagedTimes(h, person)).toBe('1/1');
    expect(await replyTo(h.phone('ben'), 'accept')).toContain('you have it');
  });

  test('terminated twice in a row: it goes on all the same', async () => {
    const h = await start({ tryFor: '5s' });
    await h.post(ALERT);
    await h.until(() => pages(h, 'ada').length === 2, { what: 'the first layer' });
    await madeAgain(h, await terminate(h));
    await madeAgain(h, await terminate(h));
    await h.until(() => pages(h, 'ben').length >= 2 && pages(h, 'cleo').length >= 2, { what: 'the next layer' });
    for (const person of ['ada', 'ben', 'cleo']) expect(await pagedTimes(h, person)).toBe('1/1');
  });

  test('terminated after a reject: who rejected stays rejected, and who was paged after it is not paged again', async () => {
    const h = await start();
    await h.post(ALERT);
    await replyTo(h.phone('ada'), 'reject');
    await h.until(() => pages(h, 'ben').length >= 2 && pages(h, 'cleo').length >= 2, { what: 'the next layer' });
    await madeAgain(h, await terminate(h));
    expect(await replyTo(h.phone('ben'), 'reject')).toContain('noted');
    expect(await replyTo(h.phone('cleo'), 'reject')).toContain('noted');
    await h.until(() => pages(h, 'boss').length === 2, { what: 'the catch-all' });
    for (const person of ['ada', 'ben', 'cleo', 'boss']) expect(await pagedTimes(h, person)).toBe('1/1');
  });

  test('terminated after the accept: it stays acknowledged, nobody is paged, and its owner hears what is new', async () => {
    const h = await start();
    await h.post(ALERT);
    await h.until(() => pages(h, 'ada').length === 2, { what: 'ada to be paged' });
    await replyTo(h.phone('ada'), 'accept');
    await h.until(async () => (await h.incident()).incident.status === 'acknowledged', { what: 'it to be stored' });
    await madeAgain(h, await terminate(h));
    await h.post({ ...ALERT, dedup_key: 'db-18' });
    await h.until(() => h.phone('ada').messages.some((one) => one.body.includes('1 new member')), {
      what: 'the owner to be told',
    });
    expect((await h.incident()).incident).toMatchObject({ status: 'acknowledged', ownerPersonId: 'ada' });
    expect(await pagedTimes(h, 'ada')).toBe('1/1');
    for (const person of ['ben', 'cleo', 'boss']) expect(h.requests(person)).toEqual([]);
  });

  test('an answer to a workflow that was terminated is decided once it is made again', async () => {
    const h = await start();
    await h.post(ALERT);
    await h.until(() => pages(h, 'ada').length === 2, { what: 'ada to be paged' });
    await terminate(h);
    await replyTo(h.phone('ada'), 'accept');
    await h.until(async () => (await h.incident()).incident.ownerPersonId === 'ada', { what: 'ada to have it' });
    await h.until(() => h.phone('ada').calls.every((call) => call.status !== 'ringing'), { what: 'the call to stop' });
    for (const person of ['ben', 'cleo', 'boss']) expect(h.requests(person)).toEqual([]);
  });

  test('reset to its beginning: what was sent is found sent, and the next layer comes', async () => {
    const h = await start({ tryFor: '5s' });
    await h.post(ALERT);
    await h.until(() => pages(h, 'ada').length === 2, { what: 'the first layer' });
    const handle = await workflowOf(h);
    const { runId } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    await h.temporal.workflowService.resetWorkflowExecution({
      namespace: h.engines.namespace,
      workflowExecution: { workflowId: handle.workflowId, runId },
      workflowTaskFinishEventId: first!.eventId!,
      requestId: randomUUID(),
      reason: 'by an operator',
    });
    await madeAgain(h, runId);
    await h.until(() => pages(h, 'ben').length >= 2 && pages(h, 'cleo').length >= 2, { what: 'the next layer' });
    for (const person of ['ada', 'ben', 'cleo']) expect(await pagedTimes(h, person)).toBe('1/1');
    expect(await replyTo(h.phone('ben'), 'accept')).toContain('you have it');
  });
});
