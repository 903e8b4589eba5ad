import { execFile } from 'node:child_process';
import { cp, glob, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { engineKinds, locate } from '@tocsin/local/engines';
import { rootOf, writeImage } from './image-archive.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const TREE = '/app';
const PATCH = fileURLToPath(new URL('next-version.patch', import.meta.url));
/** In the workspace only: an image has no contracts' sources, and no declarations. */
const NOT_IN_IMAGES = ['proto/tocsin/*', '*.d.ts'];
const BUNDLES = 'node_modules/.cache/tocsin';

export interface Images {
  /** Archives: the product's, the next version's, and those of the engines that an evaluation brings. */
  files: string[];
  /** MB of the product's image, as a registry would hold it unpacked. */
  productMegabytes: number;
  /** The next version's workflows, as its workers run them. */
  nextWorkflows: string;
}

/** Made of what this machine has, without a container engine. The next version's tag is `<tag>-next`. */
export async function buildImages(folder: string, tag: string): Promise<Images> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  const write = async (name: string, roots: string[], entrypoint: string[], env: string[] = [], tagged = tag) => {
    const file = path.join(folder, `${name}-${tagged}.tar`);
    await writeImage({ name: `localhost/${name}:${tagged}`, roots, entrypoint, env }, file);
    files.push(file);
    return file;
  };
  const app = path.join(folder, 'tree');
  await run(process.execPath, [path.join(root, 'deploy/docker/assemble.mjs'), path.join(app, TREE)], {
    maxBuffer: 1e8,
  });
  const native: string[] = [];
  for await (const file of glob(path.join(app, TREE, 'node_modules/.pnpm/**/*.node'))) native.push(file);
  const base = path.join(folder, 'base');
  await rootOf(base, { 'usr/local/bin/node': process.execPath }, native);
  const entry = ['/usr/local/bin/node', '--disable-warning=ExperimentalWarning', `${TREE}/deploy/docker/src/main.ts`];
  const env = ['NODE_ENV=production', `GATEWAY_CONSOLE=${TREE}/console`];
  const product = await write('tocsin', [base, app], entry, env);
  const productMegabytes = (await stat(product)).size / 1024 ** 2;
  const next = await nextVersion(folder, path.join(app, TREE));
  await write('tocsin', [base, app, next.layer], entry, env, `${tag}-next`);
  for (const kind of engineKinds) {
    const found = await locate(kind, () => undefined);
    const binary = path.isAbsolute(found) ? found : (await run('which', [found])).stdout.trim();
    const engineRoot = path.join(folder, kind.name);
    await rootOf(engineRoot, { [`usr/local/bin/${kind.name}`]: binary });
    await write(kind.name, [engineRoot], [`/usr/local/bin/${kind.name}`]);
  }
  return { files, productMegabytes, nextWorkflows: next.workflows };
}

/** The image's tree with `next-version.patch` applied: what differs becomes a layer over the product's. */
async function nextVersion(folder: string, tree: string): Promise<{ layer: string; workflows: string }> {
  const whole = path.join(folder, 'next-tree');
  const layer = path.join(folder, 'next');
  // Links: a patched file is another file.
  await run('cp', ['-al', tree, whole]);
  const excluded = NOT_IN_IMAGES.map((one) => `--exclude=${one}`);
  // It is no repository, and in none.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: folder };
  try {
    await run('git', ['apply', ...excluded, PATCH], { cwd: whole, env });
  } catch (cause) {
    throw new Error('next-version.patch does not apply any more: test/cluster/README.md says how it is made again', {
      cause,
    });
  }
  const { stdout } = await run('git', ['apply', '--numstat', ...excluded, PATCH], { cwd: whole, env });
  const patched = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t')[2]!);
  const bundle = pathToFileURL(path.join(whole, 'workflows/worker/bundle.ts')).href;
  await run(process.execPath, ['--eval', `await (await import(${JSON.stringify(bundle)})).workflowBundle()`], {
    cwd: whole,
  });
  const [bundled] = await readdir(path.join(whole, BUNDLES));
  for (const file of [...patched, `${BUNDLES}/${bundled}`])
    await cp(path.join(whole, file), path.join(layer, TREE, file), { recursive: true });
  return { layer, workflows: await readFile(path.join(whole, BUNDLES, bundled!), 'utf8') };
}
