import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { bringChromium } from '../chromium/bring-chromium.ts';
import { engineKinds, locate, tocsinDir } from '../engines/index.ts';
import { type Bounds, bounded } from './bounded.ts';
import { command, root } from './command.ts';
import { failPlainly } from './fail-plainly.ts';

interface Group {
  name: string;
  args: string[];
}

const CHART = 'the chart';
const CHART_TOOLS = path.join(root, 'test/chart/get-tools.ts');
const RANDOM_DEATHS = 'test/chaos/random-deaths.test.ts';

/** One after the other, sized for two cores: most tests wait more than they work. A storm of deaths has the machine to itself. */
const groups: Group[] = [
  {
    name: 'packages and services',
    args: ['--maxWorkers=2', ...paths('packages', 'services', 'workflows', 'deploy')],
  },
  {
    name: 'the product',
    args: ['--maxWorkers=2', ...paths('test'), ...without('test/chaos', 'test/chart', 'test/cluster')],
  },
  // Of its own: the first time, its tools have to be there.
  { name: CHART, args: ['--maxWorkers=2', ...paths('test/chart')] },
  { name: 'crashes', args: ['--maxWorkers=2', ...paths('test/chaos'), ...without(RANDOM_DEATHS)] },
  { name: 'random deaths', args: ['--runInBand', ...paths(RANDOM_DEATHS)] },
  // Where the environment names a cluster; else it says that it is skipped.
  { name: 'a cluster', args: ['--runInBand', ...paths('test/cluster')] },
];

/** A worker that has something open after its tests is said to leak; on a busy machine one that has nothing takes seconds to end. */
const LEAKS = ['--workerGracefulExitTimeout', '10000'];

/** A group that hangs is one failure with a name, and never the end of the run. */
const bounds: Bounds = { runMs: 20 * 60_000, afterReportMs: 60_000 };

/** Patterns that mean these folders and files, and nothing else. */
function paths(...names: string[]): string[] {
  const isFile = (name: string) => path.extname(name) !== '';
  return names.map((name) => path.join(root, name, isFile(name) ? '' : '/').replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

function without(...names: string[]): string[] {
  return ['--testPathIgnorePatterns', '/node_modules/', '/\\.tocsin/', ...paths(...names)];
}

/** What kills processes and measures is not to share the machine, also where it is asked for by name. */
function workersFor(wanted: readonly string[]): string[] {
  return wanted.some((one) => /^test\/(chaos|cluster)/.test(one)) ? ['--runInBand'] : ['--maxWorkers=2'];
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

async function runGroup({ name, args }: Group, index: number): Promise<Counts> {
  console.log(`\n== ${name}`);
  const report = path.join(tocsinDir, 'test', `report-${process.pid}-${index}.json`);
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const { code, killed } = await bounded(
    process.execPath,
    [jest, '--passWithNoTests', ...LEAKS, '--json', '--outputFile', report, ...args],
    {
      report,
      bounds,
      env: { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' },
    },
  );
  const counts = await readCounts(report);
  await rm(report, { force: true });
  if (killed !== undefined) {
    console.log(`\nthe tests of "${name}" were killed and count as one failure: ${killed}`);
    return { ...counts, failed: counts.failed + 1 };
  }
  // A run that broke off counted nothing: it must not pass for that.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** A test file that could not even be loaded is one failure. */
async function readCounts(report: string): Promise<Counts> {
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 0, skipped: 0 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = JSON.parse(text);
  return {
    passed: numPassedTests,
    failed: numFailedTests + numRuntimeErrorTestSuites,
    skipped: numPendingTests + numTodoTests,
  };
}

await failPlainly(async () => {
  const wanted = process.argv.slice(2);
  await mkdir(path.join(tocsinDir, 'test'), { recursive: true });
  // Now, where it may take its time: a test's own time-out is meant for the test.
  for (const kind of engineKinds) await locate(kind, console.log);
  if (wanted.length === 0 || wanted.some((one) => one.startsWith('test/browser'))) await bringChromium(console.log);

  const chosen = wanted.length > 0 ? [{ name: wanted.join(' '), args: [...workersFor(wanted), ...wanted] }] : groups;
  // Compiling them takes minutes, once: that is done beside the first groups, of what these leave of the machine. Where it fails the tests say so.
  const chartTools = wanted.length === 0 ? command('nice', ['-n', '19', process.execPath, CHART_TOOLS]) : undefined;
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [index, group] of chosen.entries()) {
    if (group.name === CHART) await chartTools;
    const counts = await runGroup(group, index);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  if (total.passed + total.failed === 0) console.log('\nno test matches');
  if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
});
