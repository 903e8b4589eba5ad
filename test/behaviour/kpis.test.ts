import { afterEach, expect, test } from '@jest/globals';
import { createClient, services, timestamp } from '@tocsin/platform';
import { replyTo } from '../harness/answers.ts';
import { type Harness, startHarness } from '../harness/harness.ts';
import { ORGANISATION } from '../harness/organisation.ts';
import { type Visitor, visit } from '../harness/visitor.ts';

let harness: Harness | undefined;
let visitor: Visitor | undefined;
afterEach(async () => {
  const running = harness;
  harness = undefined;
  visitor?.close();
  visitor = undefined;
  await running?.stop();
});

const DAY = 86_400_000;

/** KPIs as the API gives them. */
interface Shown {
  kpi: string;
  total: { n: number; median: number | null };
  points: { statistics: object }[];
}

test("an incident's KPIs are what its timeline says: rejected by one, accepted by the next, resolved", async () => {
  harness = await startHarness({ layers: [['ada'], ['ben']] });
  const h = harness;
  await h.post({ action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' });
  for (const [person, answer] of [
    ['ada', 'reject'],
    ['ben', 'accept'],
  ] as const) {
    await h.until(() => h.phone(person).messages.length > 0, { what: `${person} to be paged` });
    await replyTo(h.phone(person), answer);
  }
  await h.command({ commandId: 'c1', incident: 'INC-1', byPersonId: 'ben', command: { case: 'resolve', value: {} } });
  await h.until(async () => (await h.incident()).incident.status === 'closed', { what: 'the close' });

  const analytics = createClient(h.tocsin.nc, services.analytics);
  const ask = async (kpis: string[]) => {
    const until = timestamp(Date.now() + DAY);
    const request = { organisationId: ORGANISATION, kpis, from: timestamp(Date.now() - DAY), until };
    const { series } = await analytics.query(request);
    return Object.fromEntries(series.map(({ kpi, total }) => [kpi, total?.median ?? Number(total?.n)]));
  };
  // Receipts still come in after the close: both sides are read again until they agree.
  const agreed = await h.until(
    async () => {
      const { log } = await h.incident();
      const opened = log[0]!.at;
      const first = (kind: string) => log.find((one) => one.kind === kind)!.at - opened;
      const receipts = (...said: string[]) =>
        log.filter(
          (one) =>
            one.kind === 'notification' &&
            String(one.data.notification).endsWith('/page') &&
            said.includes(String(one.data.receipt)),
        );
      const earliest = (some: { at: number }[]) => Math.max(0, Math.min(...some.map((one) => one.at - opened)));
      const expected = {
        incidents: 1,
        'time-to-first-page': earliest(receipts('queued', 'sent', 'delivered')),
        'time-to-delivery': earliest(receipts('delivered')),
        'time-to-acknowledge': first('accepted'),
        'time-to-respond': first('closed'),
        'time-to-resolve': first('closed'),
        pages: 2,
        'pages-answered': 1,
        'pages-rejected': 1,
        'pages-unanswered': 0,
        'notifications-taken': receipts('queued').length,
      };
      expect(await ask(Object.keys(expected))).toEqual(expected);
      return expected;
    },
    { what: 'the KPIs and the timeline to agree' },
  );
  expect(agreed['notifications-taken']).toBeGreaterThanOrEqual(2);

  const ada = await visit(h, 'ada');
  visitor = ada;
  const kpis = Object.keys(agreed);
  await h.until(
    async () => {
      const { series } = await ada.get<{ series: Shown[] }>(`/kpis?kpis=${kpis.join()}&bucket=day`);
      // All of it is one incident's, and counts when that opened.
      for (const { total, points } of series)
        expect(points.map(({ statistics }) => statistics)).toEqual(total.n > 0 ? [total] : []);
      const shown = series.map(({ kpi, total }) => [kpi, total.median ?? total.n]);
      expect(Object.fromEntries(shown)).toEqual(await ask(kpis));
      return true;
    },
    { what: 'the API and analytics to agree' },
  );
});
