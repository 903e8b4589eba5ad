import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTemporalClient, until } from '@tocsin/platform';
import { EVENT_SIGNAL } from '@tocsin/workflows/contracts';
import { answer, INCIDENT, startWorld, type World } from '../../../workflows/test/world.ts';
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
  expect(await port.look(INCIDENT)).toEqual({ isRunning: false, isOver: false, failure: null });
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

test('a workflow whose tasks fail is seen, whatever comes meanwhile; one whose worker is away does not fail', async () => {
  const worker = await world.startWorker();
  await port.tell(incident(2), null);
  await waitFor('the first layer', () => asked() >= 2);
  expect((await port.look(INCIDENT)).failure).toBeNull();
  await worker.stop();
  await port.send(INCIDENT, { kind: 'wake' });
  expect(await port.look(INCIDENT)).toEqual({ isRunning: true, isOver: false, failure: null });
  // Its code fails.
  const faulty = await world.startWorker((code) => code.replaceAll('isWanted(', 'isWantedNoMore('));
  await waitFor('the failure', async () => (await port.look(INCIDENT)).failure !== null);
  await port.send(INCIDENT, { kind: 'wake' });
  expect(await port.look(INCIDENT)).toEqual({ isRunning: true, isOver: false, failure: 'code' });
  await faulty.stop();
}, 60_000);

test('a workflow whose history the workers cannot live is seen, whatever comes meanwhile', async () => {
  const worker = await world.startWorker();
  await port.tell(incident(2), null);
  await waitFor('the first layer', () => asked() >= 2);
  await worker.stop();
  await port.send(INCIDENT, { kind: 'wake' });
  await world.startWorker((code) => code.replaceAll('pages.deliver.', 'pages.bring.'));
  await waitFor('the failure', async () => (await port.look(INCIDENT)).failure !== null);
  await port.send(INCIDENT, { kind: 'wake' });
  expect(await port.look(INCIDENT)).toEqual({ isRunning: true, isOver: false, failure: 'history' });
}, 60_000);

test('what is asked again is told again only to a workflow that knows nothing of it', async () => {
  const worker = await world.startWorker();
  await port.tell(incident(2), null);
  await waitFor('the first layer', () => asked() >= 2);
  const accept = (id: string) => ({ ...answer('ada', 'accept', id).event, channel: 'console' as const });
  const handle = world.client.workflow.getHandle(`incident/${INCIDENT}`);
  const told = async () => {
    const { events } = await handle.fetchHistory();
    return events?.filter((one) => one.workflowExecutionSignaledEventAttributes?.signalName === EVENT_SIGNAL).length;
  };
  const decision = await port.ask(INCIDENT, accept('first'), false);
  expect(decision).toMatchObject({ ownerId: 'ada' });
  expect(await port.ask(INCIDENT, accept('first'), true)).toEqual(decision);
  expect(await told()).toBe(1);
  // Whoever stored it died before telling.
  expect(await port.ask(INCIDENT, accept('second'), true)).toMatchObject({ ownerId: 'ada' });
  expect(await told()).toBe(2);
  await worker.stop();
  expect(await port.ask(INCIDENT, accept('third'), false)).toBe('told');
  expect(await port.ask(INCIDENT, accept('third'), true)).toBe('told');
  expect(await told()).toBe(3);
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
