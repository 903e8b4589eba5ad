import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { command, type Outcome, root, tool } from './command.ts';
import { failPlainly } from './fail-plainly.ts';

const checks: Record<string, () => Promise<Outcome>> = {
  'format and lint': () => command(tool('biome'), ['check', '.']),
  types: () => command(tool('tsc'), ['-p', root]),
  "the console's types": () => command(tool('tsc'), ['-p', path.join(root, 'services/console')]),
  "the service worker's types": () => command(tool('tsc'), ['-p', path.join(root, 'services/console/src/worker')]),
  'import rules': () => command(tool('depcruise'), ['packages', 'services', 'workflows', 'deploy', 'test']),
  'dead code': () => command(tool('knip'), []),
  contracts: () => command(tool('buf', 'proto'), ['lint'], { cwd: path.join(root, 'proto') }),
  'contracts only grow': contractsOnlyGrow,
  'generated code': generatedCodeIsCurrent,
};

/** Compares with the main line as others have it; without one, with what was committed last. */
async function contractsOnlyGrow(): Promise<Outcome> {
  const published = await command('git', ['rev-parse', '--verify', '--quiet', 'origin/main']);
  const base = published.code === 0 ? published.output.trim() : 'HEAD';
  const against = `${root}/.git#ref=${base},subdir=proto`;
  return command(tool('buf', 'proto'), ['breaking', '--against', against], { cwd: path.join(root, 'proto') });
}

async function generatedCodeIsCurrent(): Promise<Outcome> {
  const fresh = await mkdtemp(path.join(tmpdir(), 'tocsin-generated-'));
  try {
    const bin = path.dirname(tool('buf', 'proto'));
    const made = await command(tool('buf', 'proto'), ['generate', '--output', fresh], {
      cwd: path.join(root, 'proto'),
      env: { PATH: `${bin}${path.delimiter}${process.env.PATH}` },
    });
    if (made.code !== 0) return made;
    const [now, committed] = await Promise.all([
      digests(path.join(fresh, 'gen')),
      digests(path.join(root, 'proto/gen')),
    ]);
    const stale = [...new Set([...now.keys(), ...committed.keys()])].filter(
      (file) => now.get(file) !== committed.get(file),
    );
    return {
      code: stale.length === 0 ? 0 : 1,
      output: `not as generated now: ${stale.join(', ')}\nrun: npm run generate`,
    };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function digests(folder: string): Promise<Map<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = files
    .filter((file) => file.isFile())
    .map(async (file): Promise<[string, string]> => {
      const full = path.join(file.parentPath, file.name);
      return [
        path.relative(folder, full),
        createHash('sha256')
          .update(await readFile(full))
          .digest('hex'),
      ];
    });
  return new Map(await Promise.all(entries));
}

await failPlainly(async () => {
  const failed: string[] = [];
  await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const startedAt = Date.now();
      const { code, output } = await check();
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
      if (code === 0) return;
      failed.push(name);
      console.log(output.trimEnd().replace(/^/gm, '     '));
    }),
  );
  console.log(failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
