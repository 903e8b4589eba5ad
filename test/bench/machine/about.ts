import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { promisify } from 'node:util';
import { engineKinds, locate } from '@tocsin/local/engines';

const run = promisify(execFile);

/** The machine, and the versions of everything that takes part. */
export async function aboutRun(command: string, startedAt: Date): Promise<[string, string][]> {
  const versions = await Promise.all(
    engineKinds.map(async (kind) => {
      const { stdout } = await run(await locate(kind, () => {}), ['--version']);
      return stdout.trim().split('\n')[0] ?? '';
    }),
  );
  const cpus = os.cpus();
  return [
    ['command', `\`${command}\``],
    ['when', startedAt.toISOString().slice(0, 16).replace('T', ' ')],
    ['commit', await commit()],
    [
      'machine',
      `${cpus.length} × ${cpus[0]?.model ?? 'unknown'}, ${Math.round(os.totalmem() / 1024 ** 3)} GiB, ${await system()}`,
    ],
    [
      'load average before',
      os
        .loadavg()
        .map((load) => load.toFixed(1))
        .join(' '),
    ],
    ['Node', process.versions.node],
    ['engines', versions.join('; ')],
  ];
}

async function commit(): Promise<string> {
  try {
    const [{ stdout: id }, { stdout: changes }] = await Promise.all([
      run('git', ['rev-parse', '--short=12', 'HEAD']),
      run('git', ['status', '--porcelain']),
    ]);
    return `${id.trim()}${changes.trim() === '' ? '' : ' with changes'}`;
  } catch {
    return 'none';
  }
}

async function system(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return `${/^PRETTY_NAME="?([^"\n]+)/m.exec(release)?.[1] ?? os.type()}, kernel ${os.release()}`;
}
