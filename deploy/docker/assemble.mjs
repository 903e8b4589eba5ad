// The image's file tree, made without a container engine:
//   node deploy/local/setup.mjs image <folder> [--arch x64|arm64]
// The workspace as it is, because Node strips no types under node_modules: sources, production dependencies, the console as it is
// served, and the workflows' bundle as a worker keeps it. What a running container has no use for is left out, and bom.cdx.json says what is in.
import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What runs, and what it depends on, is said by this package alone. */
const product = '@tocsin/image';
const parts = ['deploy/docker', 'deploy/local', 'packages', 'proto', 'services', 'workflows'];
const rootFiles = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'LICENSE'];
/** Development's own. The console is served built; of the local system the carrier's simulator runs, on its web page's files. */
const leftOut = [
  /(^|\/)(node_modules|test|testing|scripts|\.tocsin)(\/|$)/,
  /\.test\.ts$/,
  /^services\/console\//,
  /^deploy\/docker\/(Dockerfile|assemble\.mjs|(write-)?bill-of-materials\.ts)/,
  /^deploy\/local\/(setup\.mjs|engines)/,
  /^deploy\/local\/src\/(?!carrier(\/|$)|index\.ts$)/,
  /^proto\/(tocsin|buf)/,
  /\.md$/,
];
/** In what was installed: declarations and maps, which nothing reads at run time. */
const unread = /\.(d\.[cm]?ts|map|tsbuildinfo)$|(^|\/)(CHANGELOG|HISTORY|README)(\.\w+)?$/i;
/** Packages of other platforms, and of a build that is over. */
const unused = /^lightningcss-|-(darwin|win32|freebsd|android)-(x64|arm64|arm|ia32)|-linux-\w+-musl/;
/** The sources of what runs compiled, by package. */
const sourcesOf = { '@temporalio/core-bridge': ['sdk-core', 'bridge-macros', 'src', 'Cargo.lock'], zod: ['src'] };
const nativeTarget = { x64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { arch: { type: 'string', default: process.arch } },
});
const [folder] = positionals;
if (!folder || positionals.length > 1 || !Object.hasOwn(nativeTarget, values.arch)) {
  console.error('usage: node deploy/docker/assemble.mjs <folder> [--arch x64|arm64]');
  process.exit(2);
}
const target = path.resolve(folder);
const workspaceNode = path.join(root, 'node_modules/.bin/node');
const node = Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : workspaceNode;

function run(command, args, cwd, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`)),
    );
  });
}

async function copySources() {
  const kept = (file) => !leftOut.some((one) => one.test(path.relative(root, file)));
  for (const part of parts) await cp(path.join(root, part), path.join(target, part), { recursive: true, filter: kept });
  for (const file of rootFiles) await cp(path.join(root, file), path.join(target, file));
  // pnpm wants to see every package that the lockfile names.
  for (const one of ['services/console', 'test']) {
    await mkdir(path.join(target, one), { recursive: true });
    await cp(path.join(root, one, 'package.json'), path.join(target, one, 'package.json'));
  }
}

async function installProduction() {
  const { packageManager } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const args = ['-y', packageManager, 'install', '--prod', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts'];
  // Copies: what is removed or given away here is nobody else's. The version run is the pinned one already.
  const env = { CI: 'true', pnpm_config_pm_on_fail: 'ignore', pnpm_config_package_import_method: 'copy' };
  await run('npx', [...args, '--filter', `${product}...`], target, env);
}

/** Answers with the packages that were built in, as `name@version`. */
async function buildConsole() {
  const options = { logLevel: 'error', build: { outDir: path.join(target, 'console'), emptyOutDir: true } };
  const script = `const { build } = await import('vite');
    const { output } = await build(${JSON.stringify(options)});
    console.log(JSON.stringify(output.flatMap(({ moduleIds = [] }) => moduleIds)));`;
  const said = await run(node, ['--input-type=module', '--eval', script], path.join(root, 'services/console'));
  const modules = JSON.parse(said.trim().split('\n').at(-1));
  const packages = modules.map((id) => /node_modules\/\.pnpm\/(@?[^@/]+)@([^_(/]+)/.exec(id)).filter(Boolean);
  return [...new Set(packages.map(([, name, version]) => `${name.replace('+', '/')}@${version}`))].sort();
}

/** By the worker's own cache, and from the sources that will be beside it: it is found by what they are. */
async function bundleWorkflows() {
  const bundle = pathToFileURL(path.join(target, 'workflows/worker/bundle.ts')).href;
  await run(node, ['--eval', `await (await import(${JSON.stringify(bundle)})).workflowBundle()`], target);
}

async function prune() {
  const store = path.join(target, 'node_modules/.pnpm');
  for (const one of (await readdir(store)).filter((name) => unused.test(name)))
    await rm(path.join(store, one), { recursive: true });
  for (const [name, sources] of Object.entries(sourcesOf)) {
    const installed = await packageFolder(store, name);
    for (const one of sources) await rm(path.join(installed, one), { recursive: true });
  }
  await pruneNative(path.join(await packageFolder(store, '@temporalio/core-bridge'), 'releases'));
  for (const file of await readdir(store, { recursive: true, withFileTypes: true }))
    if (file.isFile() && unread.test(file.name)) await rm(path.join(file.parentPath, file.name));
  await rm(path.join(target, 'services/console'), { recursive: true });
  await rm(path.join(target, 'test'), { recursive: true });
}

async function writeBillOfMaterials(bundled) {
  const list = path.join(target, 'bundled.json');
  await writeFile(list, JSON.stringify(bundled));
  await run(node, [path.join(root, 'deploy/docker/write-bill-of-materials.ts'), target, list], root);
  await rm(list);
}

async function packageFolder(store, name) {
  const prefix = `${name.replace('/', '+')}@`;
  const folders = (await readdir(store)).filter((one) => one.startsWith(prefix));
  if (folders.length !== 1) throw new Error(`${name} is installed ${folders.length} times, and should be once`);
  return path.join(store, folders[0], 'node_modules', name);
}

async function pruneNative(releases) {
  const wanted = nativeTarget[values.arch];
  const found = await readdir(releases);
  if (!found.includes(wanted)) throw new Error(`Temporal's native part has no ${wanted}: it has ${found.join(', ')}`);
  for (const one of found) if (one !== wanted) await rm(path.join(releases, one), { recursive: true });
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await copySources();
await installProduction();
const [bundled] = await Promise.all([buildConsole(), bundleWorkflows()]);
await prune();
await writeBillOfMaterials(bundled);
