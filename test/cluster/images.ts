import { execFile } from 'node:child_process';
import { glob, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { engineKinds, locate } from '@tocsin/local/engines';
import { rootOf, writeImage } from './image-archive.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const TREE = '/app';

/** Archives of the product's image and of the engines that an evaluation brings, made of what this machine has. */
export async function buildImages(folder: string, tag: string): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const write = async (name: string, roots: string[], entrypoint: string[], env: string[] = []) => {
    const file = path.join(folder, `${name}.tar`);
    await writeImage({ name: `localhost/${name}:${tag}`, roots, entrypoint, env }, file);
    files.push(file);
  };
  const app = path.join(folder, 'tree');
  await run(process.execPath, [path.join(root, 'deploy/docker/assemble.mjs'), path.join(app, TREE)], {
    maxBuffer: 1e8,
  });
  const native: string[] = [];
  for await (const file of glob(path.join(app, TREE, 'node_modules/.pnpm/**/*.node'))) native.push(file);
  const base = path.join(folder, 'base');
  await rootOf(base, { 'usr/local/bin/node': process.execPath }, native);
  const entry = [`${TREE}/deploy/docker/src/main.ts`];
  const env = ['NODE_ENV=production', `GATEWAY_CONSOLE=${TREE}/console`];
  await write('tocsin', [base, app], ['/usr/local/bin/node', '--disable-warning=ExperimentalWarning', ...entry], env);
  for (const kind of engineKinds) {
    const found = await locate(kind, () => undefined);
    const binary = path.isAbsolute(found) ? found : (await run('which', [found])).stdout.trim();
    const engineRoot = path.join(folder, kind.name);
    await rootOf(engineRoot, { [`usr/local/bin/${kind.name}`]: binary });
    await write(kind.name, [engineRoot], [`/usr/local/bin/${kind.name}`]);
  }
  return files;
}

/** In MB, as a registry would hold it unpacked. */
export async function megabytes(file: string): Promise<number> {
  return (await stat(file)).size / 1024 ** 2;
}
