import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SetupError, tocsinDir } from './engines/index.ts';
import { command, root, tool } from './steps/command.ts';

const sources = path.join(root, 'services/console');
const folder = path.join(tocsinDir, 'console');
const stamp = path.join(folder, '.sources');

/** The folder of the console, built from its sources as they are now; where they did not change since, it is there already. */
export async function buildConsole(log: (line: string) => void): Promise<string> {
  const wanted = await digest();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return folder;
  log('building the console (once, and after a change of it)');
  const { code, output } = await command(tool('vite', 'services/console'), ['build'], {
    cwd: sources,
    // Also where a test runs us, what is built is for use.
    env: { NODE_ENV: 'production' },
  });
  if (code !== 0) throw new SetupError(`the console cannot be built:\n${output.trim()}`);
  await writeFile(stamp, wanted);
  return folder;
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
  return hash.digest('hex');
}
