import { describe, expect } from '@jest/globals';
import { serviceNames } from '@tocsin/local';
import { createClient, provision, repeatFacts, services, sleep } from '@tocsin/platform';
import { startReceiver } from '../../services/webhooks/test/receiver.ts';
import { replyTo } from '../harness/answers.ts';
import { type Backup, backUp, emptyTemporal, runMongosh } from '../harness/backup.ts';
import { type Harness, TURNS, withHarness } from '../harness/harness.ts';
import { ORGANISATION } from '../harness/organisation.ts';
import { sideBySide } from '../harness/side-by-side.ts';
import { workflowOf } from '../harness/workflow.ts';

const PEOPLE = ['ada', 'ben', 'boss'].map((id) => ({ id, channels: ['sms' as const] }));
/** Long enough for a backup to be taken and restored within a layer. */
const TRY_FOR = '300s';
const incidents = { reconcileEveryMs: 500, strandedEveryMs: 1_000, strandedAfterMs: 2_000 };
const options = { people: PEOPLE, layers: [['ada'], ['ben']], tryFor: TRY_FOR };

const alert = (title: string) => ({
  action: 'trigger',
  dedup_key: title,
  severity: 'critical',
  title,
  group_key: title,
});

async function opened(h: Harness, number: string, title: string): Promise<void> {
  await h.post(alert(title));
  await h.until(() => pages(h, 'ada', number) > 0, { timeoutMs: 60_000, what: `the page of ${number}` });
  await h.until(async () => (await h.incident(number)).log.some((one) => one.kind === 'notification'), {
    timeoutMs: 60_000,
    what: `what came of the page of ${number}`,
  });
}

/** Pages about an incident that somebody got. */
function pages(h: Harness, personId: string, number: string): number {
  return h.requests(personId).filter((one) => new RegExp(`PAGE \\w+ \\w+ ${number}\\b`).test(one.body ?? '')).length;
}

async function command(h: Harness, incident: string, what: 'accept' | 'resolve'): Promise<void> {
  const commandId = `${what}-${incident}`;
  await h.command({ commandId, incident, byPersonId: 'ada', command: { case: what, value: {} } });
  const status = what === 'accept' ? 'acknowledged' : 'closed';
  await h.until(async () => (await h.incident(incident)).incident.status === status, {
    timeoutMs: 60_000,
    what: `${incident} ${status}`,
  });
}

/** Nothing runs while the store is restored. */
async function restored(h: Harness, backup: Backup, meanwhile?: () => Promise<void>): Promise<void> {
  for (const name of serviceNames.toReversed()) await h.tocsin.stopService(name);
  await backup.restore();
  // Backups are older than the minute in which no workflow is asked twice.
  await h.db.collection('incidents').updateMany({}, { $set: { askedAt: new Date(0) } });
  await meanwhile?.();
  for (const name of serviceNames) await h.tocsin.startService(name);
}

const status = async (h: Harness, number: string) => {
  const { status, ownerPersonId } = (await h.incident(number)).incident;
  return `${status} ${ownerPersonId}`.trim();
};

const isRunning = async (h: Harness, id: string) =>
  (await h.temporal.workflow.getHandle(`incident/${id}`).describe()).status.name === 'RUNNING';

describe.each(TURNS)('$name', ({ turnAfterEvents }) => {
  const afterALoss = sideBySide(2);
  const harness = (work: (h: Harness) => Promise<void>) =>
    withHarness({ ...options, turnAfterEvents, tocsin: { overrides: { incidents } } }, work);

  afterALoss(
    'MongoDB from a backup and Temporal empty: open incidents page on, answered and closed ones page nobody',
    () =>
      harness(async (h) => {
        await opened(h, 'INC-1', 'open');
        await opened(h, 'INC-2', 'answered');
        await command(h, 'INC-2', 'accept');
        await opened(h, 'INC-3', 'closed');
        await command(h, 'INC-3', 'resolve');
        const backup = await backUp(h);
        await restored(h, backup, () => emptyTemporal(h));
        const reject = { case: 'reject', value: { reason: '' } } as const;
        await h.command({ commandId: 'reject-1', incident: 'INC-1', byPersonId: 'ada', command: reject });
        await h.until(() => pages(h, 'ben', 'INC-1') > 0, { timeoutMs: 60_000, what: 'the next layer' });
        expect(pages(h, 'ada', 'INC-1')).toBe(1);
        expect(await replyTo(h.phone('ben'), 'accept')).toContain('you have it');
        await h.until(async () => (await status(h, 'INC-1')) === 'acknowledged ben', {
          timeoutMs: 60_000,
          what: 'ben to have it',
        });
        expect(await status(h, 'INC-2')).toBe('acknowledged ada');
        expect(await status(h, 'INC-3')).toBe('closed');
        expect(await isRunning(h, (await h.incident('INC-2')).incident.id)).toBe(true);
        for (const number of ['INC-2', 'INC-3'])
          expect([pages(h, 'ada', number), pages(h, 'ben', number)]).toEqual([1, 0]);
      }),
  );

  afterALoss('MongoDB from an older backup, Temporal as it is: what was answered and closed since is so again', () =>
    harness(async (h) => {
      await opened(h, 'INC-1', 'answered since');
      await opened(h, 'INC-2', 'closed since');
      await opened(h, 'INC-3', 'closed since, and fires again');
      const backup = await backUp(h);
      await command(h, 'INC-1', 'accept');
      for (const number of ['INC-2', 'INC-3']) {
        await command(h, number, 'resolve');
        const handle = await workflowOf(h, number);
        await h.until(async () => (await handle.describe()).status.name === 'COMPLETED', {
          timeoutMs: 60_000,
          what: 'its end',
        });
      }
      await opened(h, 'INC-4', 'opened since');
      const unknown = (await h.incident('INC-4')).incident.id;
      const closedAt = (await h.incident('INC-2')).incident.closedAt;
      const numbers = () => runMongosh(h, 'operate/backup.md', 'counters', { 1000: '10' });
      await restored(h, backup, async () => {
        await numbers();
        // Intake is up before the reconciler has looked at it.
        await h.tocsin.startService('ingestion');
        await h.post(alert('closed since, and fires again'));
      });

      await h.until(async () => (await status(h, 'INC-1')) === 'acknowledged ada', {
        timeoutMs: 60_000,
        what: 'who has it to be known',
      });
      await h.until(async () => (await status(h, 'INC-2')).startsWith('closed'), {
        timeoutMs: 60_000,
        what: 'the close to be known',
      });
      const closed = await h.incident('INC-2');
      expect(closed.incident.closedAt).toEqual(closedAt);
      expect(closed.log.findLast((one) => one.kind === 'closed')?.data).toMatchObject({ by: 'ada' });
      for (const number of ['INC-1', 'INC-2'])
        expect([pages(h, 'ada', number), pages(h, 'ben', number)]).toEqual([1, 0]);

      // It fires after the close: that is a next incident, whichever of the two was there first.
      await h.until(async () => (await status(h, 'INC-3')).startsWith('closed'), {
        timeoutMs: 60_000,
        what: 'INC-3 to be closed',
      });
      await h.until(
        () => h.requests('ada').some(({ body = '' }) => /PAGE.*fires again/.test(body) && !/INC-3\b/.test(body)),
        {
          timeoutMs: 60_000,
          what: 'the next incident to be paged',
        },
      );

      // Its workflow is of an incident that nobody knows any more; its alert is in the stream still.
      await h.until(async () => !(await isRunning(h, unknown)), {
        timeoutMs: 60_000,
        what: 'the stranded workflow to be ended',
      });
      await repeatFacts(h.tocsin.nc, 'ALERTS', backup.at);
      await h.until(async () => (await h.list(true)).length === 3, {
        timeoutMs: 60_000,
        what: 'the alert to be folded again',
      });
      const known = new Set(['INC-1', 'INC-2', 'INC-3', 'INC-4']);
      const fresh = (await h.list(true)).map((one) => one.number).filter((number) => !known.has(number));
      expect(fresh).toHaveLength(2);
      await h.until(() => fresh.every((number) => pages(h, 'ada', number) === 1), {
        timeoutMs: 60_000,
        what: 'both to be paged',
      });

      // What it is told from now on is heard.
      await h.post({ ...alert('more of it'), group_key: 'answered since' });
      await h.until(() => h.phone('ada').messages.some((one) => /INC-1\b.*1 new member/.test(one.body)), {
        timeoutMs: 60_000,
        what: 'its owner to hear of a new member',
      });
      expect(pages(h, 'ben', 'INC-1')).toBe(0);
    }),
  );

  afterALoss('a workflow that a backup of Temporal brought back for a closed incident is ended, and pages nobody', () =>
    harness(async (h) => {
      await opened(h, 'INC-1', 'over');
      const handle = await workflowOf(h);
      const { events } = await handle.fetchHistory();
      const started = events?.[0]?.workflowExecutionStartedEventAttributes;
      await command(h, 'INC-1', 'resolve');
      await h.until(async () => (await handle.describe()).status.name === 'COMPLETED', {
        timeoutMs: 60_000,
        what: 'its end',
      });
      const before = pages(h, 'ada', 'INC-1');
      const { namespace } = h.engines;
      await h.temporal.workflowService.startWorkflowExecution({
        namespace,
        workflowId: handle.workflowId,
        workflowType: { name: 'incident' },
        taskQueue: started!.taskQueue!,
        input: started!.input!,
        requestId: 'brought-back',
        workflowIdReusePolicy: 1,
      });
      await h.until(async () => (await handle.describe()).status.name === 'TERMINATED', {
        timeoutMs: 60_000,
        what: 'it to be ended',
      });
      expect(pages(h, 'ada', 'INC-1')).toBe(before);
      expect(pages(h, 'ben', 'INC-1')).toBe(0);
    }),
  );
});

describe('NATS', () => {
  const afterALoss = sideBySide(2);

  afterALoss('without its streams alerts are taken all the same, and page once the streams are made again', () =>
    withHarness({ ...options, tocsin: { overrides: { incidents } } }, async (h) => {
      await loseStreams(h);
      expect((await h.post(alert('in the dark'))).status).toBe(202);
      await sleep(1_000);
      expect(await h.list()).toEqual([]);
      await provision(h.tocsin.nc);
      await h.until(() => pages(h, 'ada', 'INC-1') === 1, { timeoutMs: 40_000, what: 'the page' });
      await command(h, 'INC-1', 'accept');
    }),
  );

  afterALoss('facts that were told and that nobody had read are told again, each once', () =>
    withHarness({ ...options, tocsin: { overrides: { incidents } } }, async (h) => {
      const receiver = await startReceiver();
      try {
        const webhooks = createClient(h.tocsin.nc, services.webhooks);
        const wish = { organisationId: ORGANISATION, name: 'SOAR', url: receiver.url, types: [], createdBy: 'user-1' };
        const { secret } = await webhooks.createWebhook({ ...wish, webhookId: '01JZZZZZZZZZZZZZZZZZZZZZZZ' });
        receiver.secrets = [secret];
        await opened(h, 'INC-1', 'read');
        const told = () => receiver.got.map(({ body }) => body.type);
        await h.until(() => told().includes('incident.layer_started'), { timeoutMs: 60_000, what: 'what was read' });
        await h.tocsin.stopService('webhooks');
        await command(h, 'INC-1', 'resolve');
        await h.until(async () => (await h.db.collection('incidentLog').countDocuments({ told: null })) === 0);
        await loseStreams(h);
        await provision(h.tocsin.nc);
        await h.tocsin.startService('webhooks');
        await sleep(2_000);
        expect(told()).not.toContain('incident.closed');
        await runMongosh(h, 'operate/backup.md', 'incidentLog', { '2026-03-01T03:00:00Z': '2020-01-01T00:00:00Z' });
        await h.until(() => told().includes('incident.closed'), { timeoutMs: 60_000, what: 'the close to be told' });
        await h.until(async () => (await h.db.collection('incidentLog').countDocuments({ told: null })) === 0);
        expect(told().filter((type) => type === 'incident.opened')).toHaveLength(1);
      } finally {
        await receiver.stop();
      }
    }),
  );
});

async function loseStreams({ tocsin }: Harness): Promise<void> {
  for (const name of ['ALERTS', 'INCIDENTS', 'PAGES', 'WEBHOOKS']) {
    const answer = await tocsin.nc.request(`$JS.API.STREAM.DELETE.${name}`);
    expect(answer.json()).toMatchObject({ success: true });
  }
}
