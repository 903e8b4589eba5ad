import { afterEach, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { replyTo } from '../harness/answers.ts';
import { type ProcessSystem, startProcesses } from '../harness/process-system.ts';
import { LOST_RECEIPTS } from './points.ts';

let system: ProcessSystem | undefined;
afterEach(async () => {
  await system?.stop();
  system = undefined;
}, 60_000);

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };

test.each(LOST_RECEIPTS)(
  '%s killed at %s: whom no way reaches is passed over at once all the same, and asked by each way once',
  async (name, point) => {
    const s = await startProcesses({ tryFor: '600s' });
    system = s;
    const victim = s.processes[name];
    await victim.kill();
    victim.start({ TOCSIN_CRASH_AT: point });
    await s.ready();
    const ada = s.phone('ada').number;
    s.carrier.fault({ kind: 'message', to: ada, do: { failsWith: 30003 } });
    s.carrier.fault({ kind: 'call', to: ada, do: { failsWith: 30008 } });
    let restarts = 0;
    const restart = setInterval(() => {
      if (victim.alive) return;
      restarts += 1;
      victim.start();
    }, 200);
    try {
      expect((await s.post(ALERT)).status).toBe(202);
      await until(() => s.phone('ben').messages.length > 0, { timeoutMs: 60_000, what: 'the next layer' });
      expect(await replyTo(s.phone('ben'), 'accept')).toContain('you have it');
      expect(restarts).toBeGreaterThan(0);
      const log = await until(
        async () => {
          const entries = await s.log();
          return entries.some((one) => one.kind === 'accepted') && entries;
        },
        { timeoutMs: 30_000, what: 'the acknowledgement' },
      );
      expect(log.filter((one) => one.kind === 'person-unreachable').map((one) => one.data.person)).toEqual(['ada']);
      const asked = s.carrier.record().filter((one) => one.to === ada && !/is taken/.test(one.body ?? ''));
      expect(asked.map((one) => one.kind).sort()).toEqual(['call', 'message']);
      expect(s.carrier.unexpected).toEqual([]);
    } finally {
      clearInterval(restart);
    }
  },
  120_000,
);
