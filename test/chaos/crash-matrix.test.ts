import { afterEach, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { replyTo } from '../harness/answers.ts';
import { type ProcessSystem, startProcesses } from '../harness/process-system.ts';
import type { ServiceName } from '../harness/processes.ts';

let system: ProcessSystem | undefined;
afterEach(async () => {
  await system?.stop();
  system = undefined;
}, 60_000);

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

/** Every durable step between POST and answer, and who takes it. */
const POINTS: [ServiceName, string][] = [
  ['ingestion', 'ingestion.before-store'],
  ['ingestion', 'ingestion.envelope-stored'],
  ['ingestion', 'ingestion.answered'],
  ['ingestion', 'ingestion.alerts-stored'],
  ['ingestion', 'ingestion.told'],
  ['incidents', 'incidents.folded'],
  ['incidents', 'incidents.decided'],
  ['incidents', 'incidents.before-tell'],
  ['incidents', 'incidents.told'],
  ['incidents', 'incidents.log-stored'],
  ['incidents', 'incidents.answer-stored'],
  ['incidents', 'incidents.answer-decided'],
  ['worker', 'worker.begun'],
  ['worker', 'worker.before-deliver'],
  ['worker', 'worker.delivered'],
  ['sms', 'notifier-sms.calling'],
  ['sms', 'notifier-sms.called'],
  ['sms', 'notifier-sms.answer-stored'],
  ['sms', 'notifier-sms.withdrawal-marked'],
  ['voice', 'notifier-voice.calling'],
  ['voice', 'notifier-voice.called'],
];

test.each(POINTS)(
  '%s killed at %s: the page arrives, is answered, and nothing goes out after the answer',
  async (name, point) => {
    const s = await startProcesses();
    system = s;
    const victim = s.processes[name];
    await victim.kill();
    victim.start({ TOCSIN_CRASH_AT: point });
    await s.ready();

    // A sender repeats what was not taken.
    const posted = await until(
      async () => {
        const response = await s.post(ALERT).catch(() => undefined);
        if (response?.status === 202) return true;
        if (!victim.alive) victim.start();
        return false;
      },
      { timeoutMs: 30_000, everyMs: 250, what: 'the alert to be taken' },
    );
    expect(posted).toBe(true);

    const ada = s.phone('ada');
    const restart = setInterval(() => {
      if (!victim.alive) victim.start();
    }, 200);
    try {
      await until(() => ada.messages.length >= 1 && ada.calls.length >= 1, { timeoutMs: 45_000, what: 'the page' });
      await replyTo(ada, 'accept');
      await until(async () => (await s.list())[0]?.status === 'acknowledged', {
        timeoutMs: 30_000,
        what: 'the acknowledgement',
      });
      const accepted = (await s.log()).find((entry) => entry.kind === 'accepted');
      expect(accepted?.data.person).toBe('ada');

      const requests = s.carrier.record().filter((one) => one.kind === 'message' || one.kind === 'call');
      const pages = requests.filter((one) => one.kind === 'call' || /PAGE/.test(one.body ?? ''));
      for (const page of pages) expect(page.receivedAt).toBeLessThanOrEqual((accepted?.at ?? 0) + 250);
      for (const kind of ['message', 'call'] as const) {
        const same = pages.filter((one) => one.kind === kind);
        expect(same.length).toBeLessThanOrEqual(2);
        // A repeat is allowed only where a crash hid the outcome, and then it says so.
        if (kind === 'message' && same.length === 2) expect(same[1]?.body?.toLowerCase()).toContain('possible repeat');
      }
      expect(await s.list()).toHaveLength(1);
      expect(s.carrier.unexpected).toEqual([]);
    } finally {
      clearInterval(restart);
    }
  },
  120_000,
);
