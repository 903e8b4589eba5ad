import { afterEach, describe, expect, test } from '@jest/globals';
import { replyTo } from '../harness/answers.ts';
import { type Harness, startHarness, TURNS } from '../harness/harness.ts';
import { pages } from '../harness/pages.ts';

let harness: Harness | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  await running?.stop();
});

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  test('nobody answers in two rounds: both passes through the layers, then the catch-all', async () => {
    const h = await startHarness({ turnAfterEvents, layers: [['ada'], ['ben']], tryFor: '1s', rounds: 2 });
    harness = h;
    await h.post(ALERT);
    await h.until(() => pages(h, 'boss').length === 2, { what: 'the catch-all' });
    const { log } = await h.until(async () => {
      const found = await h.incident();
      return found.log.some((entry) => entry.kind === 'layer-started' && entry.data.catchAll) && found;
    });
    const started = log.filter((entry) => entry.kind === 'layer-started');
    expect(started.map(({ data }) => `${data.round}.${data.layer}`)).toEqual(['1.1', '1.2', '2.1', '2.2', '2.3']);
    const planned = log.flatMap((entry) =>
      entry.kind === 'page-planned' ? (entry.data.notifications as string[]) : [],
    );
    for (const person of ['ada', 'ben']) {
      const theirs = planned
        .filter((key) => key.includes(`/${person}/`))
        .map((key) => key.split('/').slice(-3).join('/'));
      const each = ['sms-1/1', 'sms-1/2', 'voice-1/1', 'voice-1/2'].map((one) => `${person}-${one}/page`);
      expect(theirs.toSorted()).toEqual(each);
      // More than one pass is: a layer this short may end before a busy machine has sent all of it.
      expect(pages(h, person).length).toBeGreaterThan(2);
    }
  });

  test('who rejected is passed over in the later layers of the same pass, and paged again in the next', async () => {
    const h = await startHarness({ turnAfterEvents, layers: [['ada'], ['ada', 'ben']], tryFor: '1500ms', rounds: 2 });
    harness = h;
    await h.post(ALERT);
    await replyTo(h.phone('ada'), 'reject');
    const started = await h.until(
      async () => {
        const { log } = await h.incident();
        const layers = log.filter((entry) => entry.kind === 'layer-started');
        return layers.length >= 3 && layers;
      },
      { what: 'ada to be paged in the second pass' },
    );
    const people = started.slice(0, 3).map(({ data }) => `${data.round}.${data.layer} ${data.people}`);
    expect(people).toEqual(['1.1 ada', '1.2 ben', '2.1 ada']);
  });

  test('when everybody of the next layer has rejected already, the layer after it starts at once', async () => {
    const h = await startHarness({ turnAfterEvents, layers: [['ada'], ['ada'], ['ben']] });
    harness = h;
    await h.post(ALERT);
    await replyTo(h.phone('ada'), 'reject');
    await h.until(() => pages(h, 'ben').length === 2, { what: 'ben to be paged' });
    expect(pages(h, 'ada')).toHaveLength(2);
    const { log } = await h.until(async () => {
      const found = await h.incident();
      return found.log.some((entry) => entry.kind === 'layer-empty') && found;
    });
    expect(log.find((entry) => entry.kind === 'layer-empty')?.data).toMatchObject({
      layer: 2,
      reason: 'everybody-rejected-before',
    });
  });
});
