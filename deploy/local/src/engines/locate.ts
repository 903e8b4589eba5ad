import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineKind } from './catalog.ts';
import { install, installDir } from './install.ts';
import { SetupError } from './setup-error.ts';
import { checkVersion } from './version.ts';

/** The workspace's folder for everything that is made at run time. */
export const tocsinDir = fileURLToPath(new URL('../../../../.tocsin/', import.meta.url));

const cacheDir = path.join(tocsinDir, 'bin');

/** The path of a binary that will do: from PATH, from the cache, or installed now. Throws `SetupError`. */
export async function locate(kind: EngineKind, log: (line: string) => void): Promise<string> {
  const onPath = await checkVersion(kind, kind.name);
  if (onPath.usable) return kind.name;
  if (onPath.reason !== 'missing') {
    log(
      `${kind.name} on PATH will not do (${onPath.detail}; ${kind.atLeast.join('.')} or newer is needed), using a pinned one`,
    );
  }
  let why = '';
  for (const requirements of kind.requirements) {
    const target = await installDir(cacheDir, requirements);
    const binary = path.join(target, kind.binary);
    let check = await checkVersion(kind, binary);
    if (!check.usable && check.reason === 'missing') {
      log(`installing ${path.basename(target)}`);
      await install(kind, requirements, target);
      check = await checkVersion(kind, binary);
    }
    if (check.usable) return binary;
    why ||= check.detail;
  }
  throw new SetupError(`the pinned ${kind.name} does not run on this machine (${why}): ${remedy(kind, why)}`);
}

function remedy(kind: EngineKind, why: string): string {
  const library = /(lib[\w.+-]+\.so[\d.]*)/.exec(why)?.[1];
  const installIt = library ? `install ${library} (Debian: apt-get install libcurl4 libssl3), ` : '';
  return `${installIt}put ${kind.name} ${kind.atLeast.join('.')} or newer on PATH, or set ${kind.addressVariable}`;
}
