import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findChromium } from './find-chromium.ts';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-chromium-'));
  for (const name of ['one/google-chrome', 'two/chromium', 'three/chromium']) {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), '');
  }
  await chmod(at('one/google-chrome'), 0o755);
  await chmod(at('two/chromium'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['the one that is named', () => ({ CHROMIUM_PATH: at('one/google-chrome'), PATH: at('two') }), 'one/google-chrome'],
  ['Chromium before Chrome, wherever on PATH', () => ({ PATH: `${at('one')}:${at('two')}` }), 'two/chromium'],
  ['Chrome where there is no Chromium', () => ({ PATH: at('one') }), 'one/google-chrome'],
  ['nothing that cannot be run', () => ({ PATH: `${at('three')}:${at('one')}` }), 'one/google-chrome'],
])('finds %s', async (_, env, found) => {
  expect(await findChromium(env())).toEqual({ executablePath: at(found), env: {} });
});

test('a name that leads nowhere is said, with what to do', async () => {
  const wrong = findChromium({ CHROMIUM_PATH: at('nowhere') });
  await expect(wrong).rejects.toThrow(/^CHROMIUM_PATH names .*nowhere, which cannot be run: name a Chromium/);
});
