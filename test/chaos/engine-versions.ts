import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { engineKinds, locate } from '@tocsin/local/engines';

/** The engines that a run uses, each with its version as it says it. */
export function engineVersions(): Promise<string[]> {
  return Promise.all(
    engineKinds.map(async (kind) => {
      const { stdout } = await promisify(execFile)(await locate(kind, () => {}), ['--version']);
      return `${kind.name} ${/\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'of an unknown version'}`;
    }),
  );
}
