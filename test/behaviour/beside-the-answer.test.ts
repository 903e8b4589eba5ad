import { afterEach, describe, expect, test } from '@jest/globals';
import { TargetKind } from '@tocsin/proto/roster/v1';
import { replyTo } from '../harness/answers.ts';
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
  const logged = async (h: Harness, kind: string) =>
    (await h.incident()).log.filter((line) => line.kind === kind).map((line) => line.data);

  test('somebody who is added is rung, accepts, and the incident stays whose it is', async () => {
    const h = await start();
    await h.post(ALERT);
    await replyTo(h.phone('ada'), 'accept');
    const target = { kind: TargetKind.PERSON, id: 'dee' };
    await h.command({
      commandId: 'add-dee',
      incident: 'INC-1',
      byPersonId: 'ada',
      command: { case: 'summon', value: { target } },
    });
    await h.until(() => h.requests('dee').length === 2, { what: 'dee to be paged' });
    await replyTo(h.phone('dee'), 'accept');
    await h.until(() => h.phone('dee').calls.every((call) => call.status !== 'ringing'), {
      what: 'dee to ring no more',
    });
    await h.until(async () => (await logged(h, 'accepted')).length === 2, { what: 'both accepts to be recorded' });
    expect((await h.incident()).incident).toMatchObject({ status: 'acknowledged', ownerPersonId: 'ada' });
    expect(await logged(h, 'accepted')).toMatchObject([
      { escalation: 'response', person: 'ada' },
      { escalation: 'support-1', person: 'dee' },
    ]);
    expect(h.requests('ben')).toEqual([]);
  });

  test('a person lowers the severity: nobody is paged for it, and the sources do not raise it again', async () => {
    const h = await start();
    await h.post(ALERT);
    await h.until(() => h.requests('ada').length === 2);
    const lower = { case: 'severity' as const, value: { severity: 'low' } };
    await h.command({ commandId: 'lower', incident: 'INC-1', byPersonId: 'ben', command: lower });
    await h.until(async () => (await h.incident()).incident.severity === 'low', { what: 'the severity to be low' });
    await h.post(ALERT);
    await h.until(async () => (await h.incident()).incident.alerts === 2n, { what: 'the repeat to be folded' });
    expect((await h.incident()).incident).toMatchObject({ severity: 'low', sourceSeverity: 'critical' });
    expect(h.requests('ada')).toHaveLength(2);
    expect(await logged(h, 'severity-set')).toMatchObject([{ from: 'critical', to: 'low', person: 'ben' }]);
    expect(await logged(h, 'severity-raised')).toEqual([]);
  });
});
