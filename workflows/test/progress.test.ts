import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@tocsin/platform';
import { EVENT_SIGNAL, PROGRESS_QUERY, type Progress } from '../contracts/index.ts';
import { answer, begun, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const asked = (person: string) => world.delivered.filter((one) => one.includes(`/${person}/`)).length;
const waitFor = (what: string, probe: () => boolean) => until(probe, { what, timeoutMs: 20_000 });

test('a workflow says what it has heard, when it wakes, and where its log stands', async () => {
  await world.startWorker();
  const handle = await world.startIncident();
  await waitFor('the first layer', () => asked('ada') >= 2);
  await handle.signal('alerts', { counts: { version: 7, members: 1, firing: 1, severity: 'critical' } });
  const progress = await handle.query<Progress>(PROGRESS_QUERY);
  expect(progress).toMatchObject({ heardVersion: 7, epoch: 0 });
  expect(progress.wakeAt).toBeGreaterThan(Date.now());
  await handle.signal(EVENT_SIGNAL, answer('ada', 'accept'));
  expect(await handle.query<Progress>(PROGRESS_QUERY)).toMatchObject({ wakeAt: null });
  const { nextEntry } = await handle.query<Progress>(PROGRESS_QUERY);
  const numbers = () => [...world.log.keys()].map((id) => Number(id.split('-').at(-1)));
  await waitFor('the whole log', () => Math.max(...numbers()) === nextEntry - 1);
}, 60_000);

test('a wake that Temporal lost is made up for by a message', async () => {
  world.says.begin = () => begun(1_000);
  const forgetful = (code: string) => {
    expect(code).toContain('Math.max(at - Date.now(), 1)');
    return code.replace('Math.max(at - Date.now(), 1)', '3600000');
  };
  await world.startWorker(forgetful);
  const handle = await world.startIncident();
  await waitFor('the first layer', () => asked('ada') >= 2);
  const isOverdue = async () => {
    const { wakeAt } = await handle.query<Progress>(PROGRESS_QUERY);
    return wakeAt !== null && wakeAt < Date.now();
  };
  await until(isOverdue, { what: 'a wake that is overdue', timeoutMs: 20_000 });
  expect(asked('ben')).toBe(0);
  await handle.signal(EVENT_SIGNAL, { event: { kind: 'wake' } });
  await waitFor('the second layer', () => asked('ben') >= 2);
}, 60_000);
