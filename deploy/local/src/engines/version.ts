import { execFile } from 'node:child_process';
import type { EngineKind } from './catalog.ts';

export type VersionCheck =
  | { usable: true; version: string }
  | { usable: false; reason: 'missing' | 'too-old' | 'does-not-run'; detail: string };

/** Runs `<binary> --version` and says whether it will do. */
export function checkVersion(kind: EngineKind, binary: string): Promise<VersionCheck> {
  return new Promise((resolve) => {
    execFile(binary, ['--version'], { timeout: 20_000 }, (error, stdout, stderr) => {
      if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') {
        return resolve({ usable: false, reason: 'missing', detail: `${binary} is missing` });
      }
      const found = /(\d+)\.(\d+)(\.\d+)?/.exec(stdout);
      if (error || !found) {
        const detail = (stderr || error?.message || stdout).trim().split('\n')[0] ?? '';
        return resolve({ usable: false, reason: 'does-not-run', detail });
      }
      const [major, minor] = [Number(found[1]), Number(found[2])];
      const [leastMajor, leastMinor] = kind.atLeast;
      if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
        return resolve({ usable: false, reason: 'too-old', detail: `${binary} is version ${found[0]}` });
      }
      resolve({ usable: true, version: found[0] });
    });
  });
}
