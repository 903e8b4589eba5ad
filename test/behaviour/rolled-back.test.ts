import { expect, test } from '@jest/globals';
import { createWorker, workflowBundle } from '../../workflows/worker/index.ts';
import { replyTo } from '../harness/answers.ts';
import { type Harness, withHarness } from '../harness/harness.ts';

const ALERT = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };
const STEP = 'continuedFromExecutionRunId) life.turned();';

test(
  'a rollback while people are tried: older workers take it up, the next layer is paged, and nobody is paged twice',
  () =>
    withHarness({ tryFor: '5s' }, async (h) => {
      await h.tocsin.stopService('worker');
      const newer = await startNewer(h);
      await h.post(ALERT);
      await h.until(() => h.phone('ada').calls.some((call) => call.status === 'ringing'));
      await newer.stop();
      await h.tocsin.startService('worker');
      const ben = h.phone('ben');
      await h.until(() => ben.messages.length === 1, { timeoutMs: 15_000, what: 'the next layer to be paged' });
      expect(await cutOff(h)).toBe(1);
      expect(await replyTo(ben, 'accept')).toContain('you have it');
      const pages = h.requests('ada').filter((one) => one.kind === 'call' || one.body?.includes(ALERT.title));
      expect(pages.map((one) => one.kind).toSorted()).toEqual(['call', 'message']);
    }),
  60_000,
);

/** A worker of a version that has one more step, at the beginning of every run. */
async function startNewer({ engines: { natsUrl, temporalAddress, namespace } }: Harness) {
  const { code } = await workflowBundle();
  const [before, after, ...more] = code.split(STEP);
  if (after === undefined || more.length > 0) throw new Error(`the workflows have no such line: ${STEP}`);
  const temporal = /\(0,(_temporalio_workflow__\w+)\.workflowInfo\)\(\)\.$/.exec(before!)![1];
  const step = `if (${temporal}.patched('a-memo-first')) ${temporal}.upsertMemo({ version: 'next' });`;
  const newer = createWorker(
    { natsUrl, temporalAddress, temporalNamespace: namespace, logLevel: 'silent' },
    { workflowBundle: { code: `${before}${STEP}${step}${after}` } },
  );
  await newer.start();
  return newer;
}

/** How many runs were ended, and not by themselves. */
async function cutOff({ temporal }: Harness): Promise<number> {
  return (await temporal.workflow.count(`ExecutionStatus = 'Terminated'`)).count;
}
