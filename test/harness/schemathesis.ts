import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tocsinDir } from '@tocsin/local/engines';

const REQUIREMENTS = fileURLToPath(new URL('../requirements/schemathesis.txt', import.meta.url));
const FOLDER = path.join(tocsinDir, 'bin', 'schemathesis-4.32.5');
const INSTALL_WITHIN_MS = 5 * 60_000;
const LEAST_PYTHON = [3, 11] as const;

/** Undefined where this machine can run it; else what is missing. Its own dependencies are pinned for the Pythons from 3.11 on. */
export async function whyNoSchemathesis(): Promise<string | undefined> {
  const asked = await run(['-c', 'import pip, sys; print(*sys.version_info[:2])'], {}, 10_000);
  const [major = 0, minor = 0] = asked.output.trim().split(' ').map(Number);
  if (asked.code !== 0) return 'python3 with pip is missing';
  const isNewEnough = major > LEAST_PYTHON[0] || (major === LEAST_PYTHON[0] && minor >= LEAST_PYTHON[1]);
  return isNewEnough ? undefined : `python3 is ${major}.${minor}, and ${LEAST_PYTHON.join('.')} is needed`;
}

/** Puts requests to an API that its own document allows, and some that it does not. `output` is what it reports. */
export async function runSchemathesis(
  documentUrl: string,
  { key, params, args }: { key: string; params: Record<string, string>; args: readonly string[] },
  withinMs: number,
): Promise<{ code: number | null; output: string }> {
  await install();
  const folder = await mkdtemp(path.join(tocsinDir, 'schemathesis-'));
  try {
    const config = path.join(folder, 'schemathesis.toml');
    const named = Object.entries(params).map(
      ([name, value]) => `${JSON.stringify(`path.${name}`)} = ${JSON.stringify(value)}`,
    );
    await writeFile(config, `[parameters]\n${named.join('\n')}\n`);
    const given = [
      '--config-file',
      config,
      'run',
      documentUrl,
      '-H',
      `Authorization: Bearer ${key}`,
      '--no-color',
      ...args,
    ];
    return await run(['-m', 'schemathesis.cli', ...given], { PYTHONPATH: FOLDER }, withinMs, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function install(): Promise<void> {
  if (await stat(FOLDER).catch(() => undefined)) return;
  await mkdir(path.dirname(FOLDER), { recursive: true });
  const unfinished = await mkdtemp(path.join(path.dirname(FOLDER), '.installing-'));
  try {
    const flags = ['--quiet', '--no-input', '--require-hashes', '--no-deps', '--only-binary=:all:'];
    const args = ['-m', 'pip', 'install', ...flags, '--target', unfinished, '-r', REQUIREMENTS];
    const { code, output } = await run(args, { PIP_USER: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' }, INSTALL_WITHIN_MS);
    if (code !== 0) throw new Error(`schemathesis cannot be installed: ${output}`);
    await rename(unfinished, FOLDER);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function run(args: readonly string[], env: Record<string, string>, withinMs: number, cwd?: string) {
  return new Promise<{ code: number | null; output: string }>((resolve) => {
    const python = spawn('python3', args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: withinMs,
      ...(cwd ? { cwd } : {}),
    });
    let output = '';
    for (const stream of [python.stdout, python.stderr])
      stream.on('data', (piece) => {
        output = (output + piece).slice(-20_000);
      });
    python.once('error', (error) => resolve({ code: null, output: error.message }));
    python.once('close', (code) => resolve({ code, output }));
  });
}
