import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineKind } from './catalog.ts';
import { SetupError } from './setup-error.ts';

const requirementsDir = fileURLToPath(new URL('../../engines/', import.meta.url));

/** Where a pinned engine is installed: named after package and version, so that a changed pin is another folder. */
export async function installDir(cacheDir: string, requirements: string): Promise<string> {
  const text = await readFile(path.join(requirementsDir, requirements), 'utf8');
  const pin = /^([\w-]+)==([\w.]+)/m.exec(text);
  if (!pin) throw new Error(`no pinned package in ${requirements}`);
  return path.join(cacheDir, `${pin[1]}-${pin[2]}`);
}

/**
 * Installs the package into `target`, every file checked against the pinned hashes. It is installed beside and then renamed:
 * what stands at `target` is always whole, also where two processes install at once.
 */
export async function install(kind: EngineKind, requirements: string, target: string): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const unfinished = await mkdtemp(path.join(path.dirname(target), '.installing-'));
  try {
    await pipInstall(kind, path.join(requirementsDir, requirements), unfinished);
    await rename(unfinished, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw diskFull(kind);
    throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function pipInstall(kind: EngineKind, requirementsFile: string, target: string): Promise<void> {
  const args = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-input',
    '--require-hashes',
    '--no-deps',
    '--only-binary=:all:',
  ];
  args.push('--target', target, '-r', requirementsFile);
  // A user's own pip settings may ask for --user, which cannot go together with --target.
  const env = { ...process.env, PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  return new Promise((resolve, reject) => {
    const pip = spawn('python3', args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 15 * 60_000 });
    let output = '';
    for (const stream of [pip.stdout, pip.stderr])
      stream.on('data', (chunk) => (output = (output + chunk).slice(-8_000)));
    pip.once('error', () =>
      reject(new SetupError(`${kind.name} is installed with Python, and python3 is missing: ${hint(kind)}`)),
    );
    pip.once('close', (code) => (code === 0 ? resolve() : reject(explain(kind, output))));
  });
}

function explain(kind: EngineKind, output: string): SetupError {
  if (/No module named pip/.test(output)) {
    return new SetupError(`${kind.name} is installed with pip, and python3 has no pip: ${hint(kind)}`);
  }
  if (/No space left on device/i.test(output)) return diskFull(kind);
  if (/DO NOT MATCH THE HASHES/.test(output)) {
    return new SetupError(
      `the download of ${kind.name} does not have the pinned hash and was thrown away: try again, or put ${kind.name} on PATH`,
    );
  }
  const last =
    output
      .split('\n')
      .filter((line) => line.startsWith('ERROR'))
      .at(-1) ?? output.trim().split('\n').at(-1);
  return new SetupError(
    `${kind.name} could not be downloaded (${last ?? 'no reason given'}): check the network, or ${otherWays(kind)}`,
  );
}

function diskFull(kind: EngineKind): SetupError {
  return new SetupError(`the disk is full while installing ${kind.name}: free about 400 MB and start again`);
}

function hint(kind: EngineKind): string {
  return `install both (Debian: apt-get install python3 python3-pip), or ${otherWays(kind)}`;
}

function otherWays(kind: EngineKind): string {
  return `put ${kind.name} ${kind.atLeast.join('.')} or newer on PATH, or set ${kind.addressVariable}`;
}
