import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { command } from '../steps/command.ts';
import { findChromium, NO_CHROMIUM, pinnedDir } from './find-chromium.ts';

/** A headless Chromium for Linux on x86-64 that needs nothing but the C library (MIT; 70 MB, 220 MB unpacked). */
const PACKAGE = '@sparticuz/chromium@153.0.0';
const SHA512 = 'jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==';

/** Tests wait for it: a registry that is away is tried a few times, and then they are skipped. */
const PATIENCE = [
  '--fetch-timeout=120000',
  '--fetch-retries=2',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

/** Sees to it that there is a Chromium where one can be had, and says it where not: tests in it are skipped then. */
export async function bringChromium(log: (line: string) => void): Promise<void> {
  if (await findChromium()) return;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return log(`the browser tests are skipped: ${NO_CHROMIUM}`);
  log(`bringing ${path.basename(pinnedDir)}, for the browser tests`);
  const unfinished = path.join(path.dirname(pinnedDir), `.installing-chromium-${process.pid}`);
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await unpack(await download(unfinished), unfinished);
    await rename(unfinished, pinnedDir);
  } catch (error) {
    if (await findChromium()) return;
    log(`the browser tests are skipped: ${NO_CHROMIUM} (${(error as Error).message})`);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** The folder that the package came in, checked against the pinned hash. */
async function download(folder: string): Promise<string> {
  const into = await mkdtemp(path.join(folder, 'package-'));
  await must('npm', ['pack', PACKAGE, '--loglevel=error', '--pack-destination', into, ...PATIENCE]);
  const archive = path.join(into, 'sparticuz-chromium-153.0.0.tgz');
  const hash = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (hash !== SHA512) throw new Error('what was downloaded does not have the pinned hash');
  await must('tar', ['-xzf', archive, '-C', into]);
  return into;
}

async function unpack(packed: string, folder: string): Promise<void> {
  const open = async (name: string, file: string) => {
    const from = createReadStream(path.join(packed, 'package', 'bin', `${name}.br`));
    await pipeline(from, createBrotliDecompress(), createWriteStream(file));
  };
  const binary = path.join(folder, 'chromium');
  await open('chromium', binary);
  await chmod(binary, 0o755);
  for (const name of ['al2023.tar', 'swiftshader.tar', 'fonts.tar']) {
    const archive = path.join(packed, name);
    await open(name, archive);
    await must('tar', ['-xf', archive, '-C', folder]);
  }
  await rm(packed, { recursive: true });
  await writeFile(path.join(folder, 'fonts.conf'), FONTS);
}

async function must(binary: string, args: string[]): Promise<void> {
  const { code, output } = await command(binary, args);
  if (code !== 0) throw new Error(output.trim().split('\n')[0] || `${binary} failed`);
}

/** Its own fonts beside the machine's, of which there may be none. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(pinnedDir, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${path.join(pinnedDir, 'fonts-cache')}</cachedir>
</fontconfig>
`;
