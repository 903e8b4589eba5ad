import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Benchmark, type Finding, VoidRun } from '../benchmark.ts';
import { digits } from '../report/wording.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const COLD_WITHIN_MS = 20 * 60_000;
const WARM_WITHIN_MS = 3 * 60_000;
/** What the drill says once the first request for a page has reached the carrier. */
const PAGED = / is paged and /;

/** Seconds from `npm start -- --once` to the first page: of a clone with empty caches, and of one that has run before. */
export const startTime: Benchmark = {
  name: 'start',
  async run({ cold, say }): Promise<Finding> {
    const warm = (seconds: number) => ({ measure: 'warm `npm start` → first page', result: `${digits(seconds)} s` });
    if (!cold) {
      await firstPage(root, {}, WARM_WITHIN_MS);
      return { rows: [warm(await firstPage(root, {}, WARM_WITHIN_MS))] };
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'tocsin-cold-'));
    try {
      const clone = path.join(folder, 'tocsin');
      const caches = {
        npm_config_cache: path.join(folder, 'npm'),
        pnpm_config_store_dir: path.join(folder, 'pnpm'),
        XDG_CACHE_HOME: path.join(folder, 'cache'),
        PIP_CACHE_DIR: path.join(folder, 'pip'),
      };
      const startedAt = performance.now();
      await promisify(execFile)('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, clone]);
      const clonedSeconds = (performance.now() - startedAt) / 1_000;
      say('a clone with empty caches starts');
      const coldSeconds = clonedSeconds + (await firstPage(clone, caches, COLD_WITHIN_MS));
      say('it starts again');
      return {
        rows: [
          {
            measure: 'cold `git clone` and `npm start` → first page, everything downloaded',
            result: `${digits(coldSeconds)} s`,
          },
          warm(await firstPage(clone, caches, WARM_WITHIN_MS)),
        ],
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Runs a drill to its end; resolves with the seconds until the first page. */
async function firstPage(folder: string, caches: Record<string, string>, withinMs: number): Promise<number> {
  const startedAt = performance.now();
  const child = spawn('npm', ['start', '--', '--once'], {
    cwd: folder,
    env: { ...process.env, ...caches },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: withinMs,
  });
  let seconds: number | undefined;
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      if (PAGED.test(line)) seconds ??= (performance.now() - startedAt) / 1_000;
    });
  }
  const [code] = await once(child, 'close');
  if (code !== 0 || seconds === undefined) throw new VoidRun(`the drill failed: ${said.slice(-5).join(' / ')}`);
  return seconds;
}
