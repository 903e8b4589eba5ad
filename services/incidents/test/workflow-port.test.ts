import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTemporalClient, until } from '@tocsin/platform';
import { INCIDENT, startWorld, type World } from '../../../workflows/test/world.ts';
import { createWorkflowPort, type WorkflowPort } from '../src/courier/workflow-port.ts';
import type { IncidentDoc } from '../src/store/collections.ts';

let world: World;
let port: WorkflowPort;
let close: () => Promise<void>;
beforeEach(async () => {
  world = await startWorld();
  const temporal = await createTemporalClient(world.engines.temporalAddress, world.engines.namespace);
  port = createWorkflowPort(temporal, undefined);
  close = () => temporal.connection.close();
});
afterEach(async () => {
  await close();
  await world.stop();
});

const asked = () => world.delivered.filter((one) => one.includes('/ada/')).length;
const waitFor = (what: string, probe: () => boolean | Promise<boolean>) => until(probe, { what, timeoutMs: 30_000 });

test('a workflow that is ended is not running, and is made again from what is kept when it is told', async () => {
  await world.startWorker();
  expect(await port.look(INCIDENT)).toEqual({ isRunning: false, failedTasks: 0 });
  await port.tell(incident(2), null);
  await waitFor('the first layer', () => asked() >= 2);
  expect(await port.look(INCIDENT)).toMatchObject({ isRunning: true });
  await waitFor('the version', async () => (await port.progress(INCIDENT)).heardVersion === 1);
  await waitFor('the log', () => world.log.size >= 4);
  const before = new Set(world.delivered);
  await port.terminate(INCIDENT, 'test');
  expect(await port.look(INCIDENT)).toMatchObject({ isRunning: false });
  const entries = [...world.log].map(([id, entry]) => ({ id, ...entry }));
  await port.tell(incident(3), { entries, layers: [], answers: [] } as never);
  await waitFor('the layer to be taken up', () => world.delivered.length >= 2 * before.size);
  expect(new Set(world.delivered)).toEqual(before);
  expect(await port.progress(INCIDENT)).toMatchObject({ heardVersion: 1, epoch: 3 });
}, 60_000);

test('a run that does not know the question, and a worker that is away, give no answer and are running', async () => {
  const earlier = await world.startWorker((code) =>
    code.replaceAll("PROGRESS_QUERY = 'progress'", "PROGRESS_QUERY = 'none'"),
  );
  await port.tell(incident(2), null);
  await waitFor('the first layer', () => asked() >= 2);
  await expect(port.progress(INCIDENT)).rejects.toThrow(/progress/);
  await earlier.stop();
  const began = Date.now();
  await expect(port.progress(INCIDENT)).rejects.toThrow();
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(await port.look(INCIDENT)).toMatchObject({ isRunning: true });
}, 60_000);

test('a workflow whose task fails again and again is seen', async () => {
  await world.startWorker((code) => {
    expect(code).toContain('switch(event.kind)');
    return code.replaceAll('switch(event.kind)', 'throw new Error("a bug"); switch(event.kind)');
  });
  await port.tell(incident(2), null);
  await waitFor('two failures', async () => (await port.look(INCIDENT)).failedTasks >= 2);
  expect(await port.look(INCIDENT)).toMatchObject({ isRunning: true });
}, 60_000);

function incident(epoch: number): IncidentDoc {
  return {
    _id: INCIDENT,
    organisationId: 'acme',
    number: 'INC-1',
    status: 'open',
    severity: 'critical',
    teamId: 'secops',
    policyId: 'p',
    drill: false,
    openedAt: new Date(),
    version: 1,
    members: 1,
    firing: 1,
    epoch,
  } as IncidentDoc;
}
