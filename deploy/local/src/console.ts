import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SetupError, tocsinDir } from './engines/index.ts';
import { command, root, tool } from './steps/command.ts';

const sources = path.join(root, 'services/console');
const folder = path.join(tocsinDir, 'console');

/**
 * The folder of the console, built from its sources as they are now; where they did not change since, it is there already. Whoever
 * else builds it at the same time makes the same.
 */
export async function buildConsole(log: (line: string) => void): Promise<string> {
  const built = path.join(folder, await digest());
  if (await exists(built)) return built;
  log('building the console (once, and after a change of it)');
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(path.join(folder, 'building-'));
  const { code, output } = await command(
    tool('vite', 'services/console'),
    ['build', '--outDir', fresh, '--emptyOutDir'],
    // Also where a test runs us, what is built is for use.
    { cwd: sources, env: { NODE_ENV: 'production' } },
  );
  if (code !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw new SetupError(`the console cannot be built:\n${output.trim()}`);
  }
  for (const name of await readdir(folder)) {
    const isOld = !name.startsWith('building-') && name !== path.basename(built);
    if (isOld) await rm(path.join(folder, name), { recursive: true, force: true });
  }
  await rename(fresh, built).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if (!(await exists(built))) throw error;
  });
  return built;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Of all that the build reads: the console's own files, and the versions of what it is made with. */
async function digest(): Promise<string> {
  const found = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = found
    .filter((one) => one.isFile() && !one.parentPath.includes('node_modules'))
    .map((one) => path.join(one.parentPath, one.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of [path.join(root, 'pnpm-lock.yaml'), ...files]) {
    hash.update(path.relative(root, file)).update('\0');
    hash.update(await readFile(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}
