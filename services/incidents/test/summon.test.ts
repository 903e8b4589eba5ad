import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Decision } from '@tocsin/domain';
import { newId, timestamp } from '@tocsin/platform';
import { AnswerOutcome, WordsResponse_State as State } from '@tocsin/proto/incident/v1';
import { NotificationKind } from '@tocsin/proto/page/v1';
import { TargetKind } from '@tocsin/proto/roster/v1';
import { foldBatch } from '../src/intake/fold-batch.ts';
import { appendEntries } from '../src/log/append.ts';
import { fakeWorkflows } from './fake-workflows.ts';
import { folding, type Harness, openHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterEach(() => harness.stopReplicas());
afterAll(() => harness.close());

let organisations = 0;
async function opened() {
  const organisationId = `summon-${++organisations}`;
  const [one] = await foldBatch(harness.client, harness.collections, [folding(organisationId)]);
  return { organisationId, incidentId: one!.incidentId };
}
const done: Decision = { outcome: 'done', ownerId: null, escalationId: 'response', round: 1, reason: 'summoned' };

describe('somebody who is added', () => {
  test('is asked of the workflow, and changes nothing of whose the incident is', async () => {
    const { organisationId, incidentId } = await opened();
    const asked: unknown[] = [];
    const ask = async (_: string, event: unknown) => {
      asked.push(event);
      return { ...done, reason: 'summoned' };
    };
    await harness.replica(fakeWorkflows({ ask }));
    const summon = (target?: { kind: TargetKind; id: string }) =>
      harness.incidents.command({
        commandId: newId(),
        incident: incidentId,
        organisationId,
        byPersonId: 'ada',
        command: { case: 'summon', value: target ? { target } : {} },
      });
    await expect(summon()).rejects.toMatchObject({ name: 'InvalidInput', field: 'summon.target' });
    expect(await summon({ kind: TargetKind.TEAM, id: 'dba' })).toMatchObject({ outcome: AnswerOutcome.DONE });
    expect(asked).toMatchObject([{ kind: 'summon', personId: 'ada', target: { kind: 'team', id: 'dba' } }]);
    const entry = (n: number, kind: string, escalation: string, person: string) => ({
      id: `${incidentId}/0-${n}`,
      kind,
      at: new Date(),
      data: { escalation, person, round: 1, layer: 1 },
    });
    await appendEntries(harness.client, harness.collections, incidentId, [
      entry(1, 'accepted', 'response', 'ada'),
      entry(2, 'layer-started', 'support-1', ''),
      entry(3, 'accepted', 'support-1', 'dee'),
    ]);
    expect(await harness.incidents.get({ organisationId, incident: incidentId })).toMatchObject({
      status: 'acknowledged',
      ownerPersonId: 'ada',
    });
  });

  test('is paged on while the response is snoozed or answered, and no more once the incident is resolved', async () => {
    const { organisationId, incidentId } = await opened();
    let outcome: Decision['outcome'] = 'done';
    await harness.replica(fakeWorkflows({ ask: async () => ({ ...done, outcome }) }));
    const words = async () =>
      (
        await harness.incidents.words({
          key: {
            id: 'k',
            incidentId,
            escalationId: 'support-1',
            round: 1,
            layer: 1,
            personId: 'dee',
            kind: NotificationKind.PAGE,
          },
        })
      ).state;
    const command = (command: Parameters<typeof harness.incidents.command>[0]['command']) =>
      harness.incidents.command({
        commandId: newId(),
        incident: incidentId,
        organisationId,
        byPersonId: 'ada',
        command: command!,
      });
    await command({ case: 'snooze', value: { until: timestamp(Date.now() + 60_000) } });
    outcome = 'yours';
    await command({ case: 'accept', value: {} });
    expect(await words()).toBe(State.GO);
    outcome = 'resolved';
    await command({ case: 'resolve', value: {} });
    expect(await words()).toBe(State.OVER);
  });
});
