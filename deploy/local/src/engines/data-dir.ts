import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SetupError } from './setup-error.ts';

/** In an engine's own folder: its process. */
export const enginePidFile = 'engine.pid';

/**
 * Makes this process the only user of a data folder. Where one that was killed left engines behind, their guards are ending them:
 * waits for that. Resolves to what gives the folder back.
 */
export async function claimDataDir(dataDir: string, log: (line: string) => void): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true });
  const file = path.join(dataDir, 'owner.pid');
  const owner = Number(await readFile(file, 'utf8').catch(() => ''));
  if (owner && owner !== process.pid && isAlive(owner)) {
    throw new SetupError(
      `process ${owner} already uses ${dataDir}: end it (kill ${owner}), or start with --data <another folder>`,
    );
  }
  if (owner) {
    log('the last run was cut off, waiting for what it left behind');
    await leftBehindGone(dataDir);
  }
  await writeFile(file, `${process.pid}\n`);
  return () => rm(file, { force: true });
}

/** Longer than an engine's guard takes from its parent's death to the engine's. */
const leftBehindMs = 8_000;

async function leftBehindGone(dataDir: string): Promise<void> {
  const folders = await readdir(dataDir, { withFileTypes: true });
  const files = folders.filter((one) => one.isDirectory()).map((one) => path.join(dataDir, one.name, enginePidFile));
  const pids = await Promise.all(files.map(async (file) => Number(await readFile(file, 'utf8').catch(() => ''))));
  for (const deadline = Date.now() + leftBehindMs; Date.now() < deadline; ) {
    if (!pids.some((pid) => pid > 0 && isAlive(pid))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
