import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { tocsinDir } from '../engines/index.ts';

/** A browser that tests can drive. */
export interface Chromium {
  executablePath: string;
  /** What it needs in its environment beside ours. */
  env: Record<string, string>;
}

/** Where a pinned one is put where the machine has none; the folder is whole or absent. */
export const pinnedDir: string = path.join(tocsinDir, 'bin', 'chromium-153.0.0');

/** What Chromium is called by those who package it; Chrome is one too. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** What is missing, and what to do about it, where none is found. */
export const NO_CHROMIUM =
  'there is no Chromium on this machine: install it (Debian: apt-get install chromium), or name one in CHROMIUM_PATH';

/**
 * The one that CHROMIUM_PATH names, the first on PATH, or the pinned one where it was brought before. Undefined where there is none.
 * Throws where CHROMIUM_PATH names what cannot be run.
 */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<Chromium | undefined> {
  const named = env.CHROMIUM_PATH;
  if (named) {
    if (await canRun(named)) return { executablePath: named, env: {} };
    throw new Error(`CHROMIUM_PATH names ${named}, which cannot be run: name a Chromium, or leave it out`);
  }
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const file of NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)))) {
    if (await canRun(file)) return { executablePath: file, env: {} };
  }
  const pinned = path.join(pinnedDir, 'chromium');
  if (!(await canRun(pinned))) return undefined;
  // It comes with the libraries and fonts that a small machine does not have.
  return {
    executablePath: pinned,
    env: { LD_LIBRARY_PATH: path.join(pinnedDir, 'lib'), FONTCONFIG_FILE: path.join(pinnedDir, 'fonts.conf') },
  };
}

function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
