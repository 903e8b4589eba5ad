import { create } from '@bufbuild/protobuf';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Decision, ladderView, type Severity } from '@tocsin/domain';
import { millis, newId } from '@tocsin/platform';
import { AnswerOutcome, WordsResponse_State as State } from '@tocsin/proto/incident/v1';
import { NotificationKind, ProgressedSchema, Receipt } from '@tocsin/proto/page/v1';
import { Channel } from '@tocsin/proto/roster/v1';
import { foldBatch } from '../src/intake/fold-batch.ts';
import { appendEntries } from '../src/log/append.ts';
import { recordProgress } from '../src/log/progress.ts';
import { fakeWorkflows } from './fake-workflows.ts';
import { folding, type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterEach(() => harness.stopReplicas());
afterAll(() => harness.close());

let organisations = 0;
async function opened(over: Parameters<typeof folding>[1] = {}) {
  const organisationId = `read-${++organisations}`;
  const [one] = await fold(folding(organisationId, over));
  return { organisationId, incidentId: one!.incidentId };
}
function fold(...alerts: ReturnType<typeof folding>[]) {
  return foldBatch(harness.client, harness.collections, alerts);
}
const done: Decision = { outcome: 'done', ownerId: null, escalationId: 'response', round: 1, reason: 'severity-set' };

describe('an incident that is asked for with everything', () => {
  test('has its log in parts, notes, layers as stored, and who answered', async () => {
    const { organisationId, incidentId } = await opened();
    await harness.replica(
      fakeWorkflows({ ask: async () => ({ ...done, outcome: 'yours', ownerId: 'ada', reason: 'accepted' }) }),
    );
    const command = (command: Parameters<typeof harness.incidents.command>[0]['command']) =>
      harness.incidents.command({
        commandId: newId(),
        incident: incidentId,
        organisationId,
        byPersonId: 'ada',
        command: command!,
      });
    await command({ case: 'note', value: { text: 'looks like the backup' } });
    await command({ case: 'accept', value: {} });
    for (const layer of [1, 2]) {
      const people = { people: [{ personId: `p${layer}`, because: 'person' }], gaps: [`schedule s${layer}`] };
      await harness.incidents.storeLayer({ incidentId, escalationId: 'response', round: 1, layer, people });
    }
    const wishes = { withLog: true, withNotes: true, withLayers: true, withAnswers: true };
    const whole = await harness.incidents.get({ organisationId, incident: 'INC-1', ...wishes });
    expect(whole.log.map((one) => one.kind)).toEqual(['opened', 'noted']);
    expect(JSON.parse(whole.log[1]!.dataJson).note).toBe(whole.notes[0]!.id);
    expect(whole.notes).toMatchObject([{ text: 'looks like the backup', byPersonId: 'ada' }]);
    expect(whole.layers).toMatchObject([
      { escalationId: 'response', round: 1, layer: 2, people: { people: [{ personId: 'p2' }], gaps: ['schedule s2'] } },
      { escalationId: 'response', round: 1, layer: 1, people: { people: [{ personId: 'p1', because: 'person' }] } },
    ]);
    expect(whole.answers).toMatchObject([{ personId: 'ada', said: 'accept', channel: 'console', outcome: 'yours' }]);
    const rest = await harness.incidents.get({
      organisationId,
      incident: incidentId,
      withLog: true,
      logAfter: 1n,
      logLimit: 1,
    });
    expect(rest.log.map((one) => one.position)).toEqual([2n]);
    expect(rest.logHead).toBe(2n);
    expect(rest.notes).toEqual([]);
  });

  test('says when its owner accepted, for as long as they have it', async () => {
    const { organisationId, incidentId } = await opened();
    await harness.replica(fakeWorkflows());
    const append = (n: number, kind: string, data: object, at: string) =>
      appendEntries(harness.client, harness.collections, incidentId, [
        { id: `${incidentId}/0-${n}`, kind, at: new Date(at), data: { ...data } },
      ]);
    const get = () => harness.incidents.get({ organisationId, incident: incidentId });
    await append(1, 'accepted', { person: 'ada' }, '2026-01-05T03:00:00Z');
    expect(await get()).toMatchObject({ ownerPersonId: 'ada', acknowledgedAt: { seconds: 1767582000n } });
    await append(2, 'ack-timed-out', { person: 'ada' }, '2026-01-05T03:30:00Z');
    expect((await get()).acknowledgedAt).toBeUndefined();
  });
});

describe('the alerts of an incident', () => {
  test('come newest first with what was decided and why, and no other organisation sees them', async () => {
    const { organisationId, incidentId } = await opened({ alertId: 'a-0', groupKey: 'g' });
    for (let n = 1; n <= 6; n += 1) {
      await fold(
        folding(organisationId, { alertId: `a-${n}`, groupKey: 'g', ...(n % 2 ? {} : { dedupKey: `disk-${n}` }) }),
      );
    }
    await harness.replica(fakeWorkflows());
    const pages: string[] = [];
    let cursor = '';
    do {
      const page = await harness.incidents.alertsOf({ organisationId, incident: 'INC-1', limit: 3, cursor });
      pages.push(...page.decisions.map((one) => `${one.alertId} ${one.notify} ${one.reason}`));
      cursor = page.nextCursor;
    } while (cursor !== '');
    expect(pages).toEqual([
      'a-6 true new-member',
      'a-5 false repeat',
      'a-4 true new-member',
      'a-3 false repeat',
      'a-2 true new-member',
      'a-1 false repeat',
      'a-0 true new-incident',
    ]);
    const of = async (organisation: string) =>
      (await harness.incidents.decisionsOf({ organisationId: organisation, alertIds: ['a-1', 'a-6', 'gone'] }))
        .decisions;
    expect((await of(organisationId)).map((one) => one.incidentId)).toEqual([incidentId, incidentId]);
    expect(await of('rival')).toEqual([]);
    const foreign = harness.incidents.alertsOf({ organisationId: 'rival', incident: incidentId });
    await expect(foreign).rejects.toMatchObject({ name: 'NotFound' });
    const many = harness.incidents.decisionsOf({ organisationId, alertIds: Array(501).fill('a') });
    await expect(many).rejects.toMatchObject({ field: 'alert_ids' });
  });
});

describe("a person's word on the severity", () => {
  const said = (incidentId: string, n: number, to: Severity, over: Severity) =>
    appendEntries(harness.client, harness.collections, incidentId, [
      {
        id: `${incidentId}/0-${n}`,
        kind: 'severity-set',
        at: new Date(),
        data: { person: 'ada', from: over, to, over },
      },
    ]);
  const docOf = async (_id: string) => (await harness.collections.incidents.findOne({ _id }))!;

  test('is asked of the workflow, holds and ends no page', async () => {
    const { organisationId, incidentId } = await opened();
    const asked: unknown[] = [];
    await harness.replica(
      fakeWorkflows({
        ask: async (_, event) => {
          asked.push(event);
          return done;
        },
      }),
    );
    const command = (severity: string) =>
      harness.incidents.command({
        commandId: newId(),
        incident: 'INC-1',
        organisationId,
        byPersonId: 'ada',
        command: { case: 'severity', value: { severity } },
      });
    expect(await command('low')).toMatchObject({ outcome: AnswerOutcome.DONE });
    expect(asked).toMatchObject([{ kind: 'severity', personId: 'ada', severity: 'low' }]);
    await expect(command('dire')).rejects.toMatchObject({ name: 'InvalidInput', field: 'severity.severity' });
    const key = {
      id: 'k',
      incidentId,
      escalationId: 'response',
      round: 1,
      layer: 1,
      personId: 'ben',
      kind: NotificationKind.PAGE,
    };
    expect((await harness.incidents.words({ key })).state).toBe(State.GO);
  });

  test('stands while the sources repeat themselves; what the workflow is told is what they say', async () => {
    const { organisationId, incidentId } = await opened({ severity: 'critical', groupKey: 'g' });
    await said(incidentId, 1, 'low', 'critical');
    expect(await docOf(incidentId)).toMatchObject({ severity: 'low', rank: 3, sourceSeverity: 'critical' });
    await fold(folding(organisationId, { severity: 'critical', groupKey: 'g' }));
    await fold(folding(organisationId, { severity: 'critical', groupKey: 'g', dedupKey: 'other' }));
    expect(await docOf(incidentId)).toMatchObject({ severity: 'low', rank: 3, sourceSeverity: 'critical', members: 2 });
    const workflows = fakeWorkflows();
    await harness.replica(workflows);
    expect(await harness.incidents.get({ organisationId, incident: incidentId })).toMatchObject({
      severity: 'low',
      sourceSeverity: 'critical',
      severitySetByPersonId: 'ada',
    });
    expect((await harness.incidents.list({ organisationId, severities: ['low'] })).incidents).toHaveLength(1);
  });

  test('ends with something worse than all that was known; raised, it is not lowered by that', async () => {
    const { organisationId, incidentId } = await opened({ severity: 'medium', groupKey: 'g' });
    await said(incidentId, 1, 'low', 'medium');
    await fold(folding(organisationId, { severity: 'high', groupKey: 'g', dedupKey: 'worse' }));
    expect(await docOf(incidentId)).toMatchObject({ severity: 'high', sourceSeverity: 'high', rank: 1 });
    await said(incidentId, 2, 'critical', 'medium');
    expect(await docOf(incidentId)).toMatchObject({ severity: 'critical', sourceSeverity: 'high', rank: 0 });
  });
});

test('the ladder is read from the log as it is stored, receipts included', async () => {
  const { organisationId, incidentId } = await opened();
  await harness.replica(fakeWorkflows());
  const id = `${incidentId}/response/1/1/ada/ada-sms/1/page`;
  const at = new Date('2026-01-05T03:00:00Z');
  const shared = { escalation: 'response', round: 1, layer: 1 };
  await appendEntries(harness.client, harness.collections, incidentId, [
    {
      id: `${incidentId}/0-1`,
      kind: 'layer-started',
      at,
      data: { ...shared, people: ['ada'], because: ['person'], reason: 'first-layer', until: null, catchAll: false },
    },
    {
      id: `${incidentId}/0-2`,
      kind: 'page-planned',
      at,
      data: { ...shared, channel: 'sms', kind: 'page', notifications: [id] },
    },
  ]);
  const key = { id, incidentId, personId: 'ada', contactMethodId: 'ada-sms', round: 1, layer: 1 };
  const progress = (attempt: number, receipt: Receipt, providerId: string) =>
    create(ProgressedSchema, {
      factId: `sms/${id}/${attempt}/${Receipt[receipt]!.toLowerCase()}`,
      key,
      channel: Channel.SMS,
      receipt,
      provider: `carrier-${attempt}`,
      providerId,
      reason: providerId === '' ? 'provider-error' : '',
    });
  await recordProgress(harness.client, harness.collections, [
    progress(1, Receipt.FAILED, ''),
    progress(2, Receipt.SENT, 'SM2'),
    progress(2, Receipt.DELIVERED, 'SM2'),
  ]);
  const { log } = await harness.incidents.get({ organisationId, incident: incidentId, withLog: true });
  const entries = log.map((one) => ({
    id: one.entryId,
    kind: one.kind,
    at: millis(one.at)!,
    data: JSON.parse(one.dataJson) as Record<string, unknown>,
  }));
  const [page] = ladderView(entries, Date.now()).escalations[0]!.steps[0]!.people[0]!.notifications;
  expect(page).toMatchObject({
    id,
    channel: 'sms',
    state: 'delivered',
    attempts: [
      { number: 1, provider: 'carrier-1', reason: 'provider-error', receipts: [{ receipt: 'failed' }] },
      { number: 2, providerId: 'SM2', receipts: [{ receipt: 'sent' }, { receipt: 'delivered' }] },
    ],
  });
});
