import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isAlive } from '../engines/data-dir.ts';
import { bounded } from './bounded.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-bounded-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Starts a child that waits for ever, says who both are, and goes on as `then` says. */
const script = (then: string) => `
  const fs = require('node:fs');
  const child = require('node:child_process').spawn('sleep', ['600']);
  fs.writeFileSync(process.argv[1] + '/pids', process.pid + ' ' + child.pid);
  const report = () => fs.writeFileSync(process.argv[1] + '/report', '{}');
  ${then}`;

function run(then: string, bounds: { runMs: number; afterReportMs: number }) {
  return bounded(process.execPath, ['-e', script(then), folder], { report: path.join(folder, 'report'), bounds });
}

async function expectAllGone(): Promise<void> {
  const pids = (await readFile(path.join(folder, 'pids'), 'utf8')).split(' ').map(Number);
  expect(pids).toHaveLength(2);
  for (const deadline = Date.now() + 5_000; pids.some(isAlive); ) {
    if (Date.now() > deadline) throw new Error(`still there: ${pids.filter(isAlive)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

test('what ends by itself ends as it says, whether or not it wrote a report', async () => {
  const bounds = { runMs: 30_000, afterReportMs: 30_000 };
  expect(await run('child.kill(); report(); process.exit(0)', bounds)).toEqual({ code: 0 });
  expect(await run('child.kill(); process.exit(3)', bounds)).toEqual({ code: 3 });
});

test('a process that stays after its report is killed with its children', async () => {
  const outcome = await run('report()', { runMs: 60_000, afterReportMs: 300 });
  expect(outcome).toEqual({ code: 1, killed: 'its process did not end within 0.3 s after its last test' });
  await expectAllGone();
});

test('a process that never reports is killed with its children', async () => {
  const outcome = await run('', { runMs: 2_000, afterReportMs: 60_000 });
  expect(outcome).toEqual({ code: 1, killed: 'it ran for more than 2 s' });
  await expectAllGone();
});

test('a command that cannot be started is a failure as any other', async () => {
  const bounds = { runMs: 5_000, afterReportMs: 5_000 };
  expect(await bounded(path.join(folder, 'nothing'), [], { report: path.join(folder, 'report'), bounds })).toEqual({
    code: 1,
  });
});
