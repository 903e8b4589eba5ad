import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

export interface WorkflowBundle {
  code: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** All that the bundle is made of, besides Temporal's own part. */
const SOURCES = ['workflows/src', 'workflows/contracts', 'packages/domain/src'];
const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string };
const KEPT_IN = path.join(root, 'node_modules/.cache/tocsin');

let bundled: Promise<WorkflowBundle> | undefined;

/** The workflows as one script: every worker of the process runs the same. */
export function workflowBundle(): Promise<WorkflowBundle> {
  bundled ??= keptBundle(KEPT_IN);
  return bundled;
}

/**
 * Making it takes seconds, which a worker that starts again does not have: it is kept under a digest of what it was made of.
 * Where nothing can be written, such as in an image, what was kept when that was built is read, or it is made each time.
 */
export async function keptBundle(folder: string): Promise<WorkflowBundle> {
  const file = path.join(folder, `workflows-${await digestOf(SOURCES.map((one) => path.join(root, one)))}.js`);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return { code: kept };
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(root, 'workflows/src/index.ts'),
    workflowInterceptorModules: [path.join(root, 'workflows/src/trace.ts')],
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
  await keep(file, code).catch(() => undefined);
  return { code };
}

/** The newest only; and whole or not at all, since another process may read it at that moment. */
async function keep(file: string, code: string): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  const before = (await readdir(folder)).filter((one) => one.startsWith('workflows-'));
  const half = `${file}.${process.pid}`;
  await writeFile(half, code);
  await rename(half, file);
  await Promise.all(before.map((one) => rm(path.join(folder, one), { force: true })));
}

/** Of the names and contents of all files in these folders, and of the version of Temporal's part. */
export async function digestOf(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(version);
  for (const folder of folders) {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    const names = files.map((one) => path.relative(folder, path.join(one.parentPath, one.name))).sort();
    for (const name of names) hash.update(`\0${name}\0`).update(await readFile(path.join(folder, name)));
  }
  return hash.digest('hex').slice(0, 32);
}
