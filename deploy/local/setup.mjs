// The way in to every command: plain JavaScript without dependencies, because nothing is installed yet when it starts.
//   node deploy/local/setup.mjs start|test|bench|verify|tocsin|image [arguments]
// Installs the workspace when its lockfile changed, then runs the step on the workspace's own Node.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const oldestNode = 20;
const steps = {
  start: 'deploy/local/src/start.ts',
  test: 'deploy/local/src/steps/test.ts',
  verify: 'deploy/local/src/steps/verify.ts',
  bench: 'test/bench/run.ts',
  tocsin: 'packages/cli/src/main.ts',
  image: 'deploy/docker/assemble.mjs',
};

/** Ends with one sentence and no stack: what is wrong is the machine, not the code. */
function refuse(sentence) {
  console.error(`tocsin: ${sentence}`);
  process.exit(1);
}

function lockHash() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

async function installWorkspace() {
  const stamp = path.join(root, 'node_modules', '.tocsin-lock');
  const wanted = lockHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('installing packages (once, and after a change of the lockfile)');
  const packageManager = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).packageManager;
  // CI: pnpm asks nothing. The version run is the pinned one already, so pnpm need not look after its own version.
  const env = { ...process.env, CI: 'true', pnpm_config_pm_on_fail: 'ignore' };
  const npx = spawn('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [npx.stdout, npx.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-20_000)));
  const code = await new Promise((resolve) => {
    npx.once('error', () => refuse('npx is missing: install Node.js with npm (npx is part of it)'));
    npx.once('close', resolve);
  });
  if (code !== 0) refuse(explainInstall(output));
  writeFileSync(stamp, wanted);
}

function explainInstall(output) {
  if (/ENOSPC|no space left/i.test(output)) return 'the disk is full: free about 1 GB and run this again';
  if (/OUTDATED_LOCKFILE/.test(output)) {
    return 'pnpm-lock.yaml does not fit the package.json files: run `npx pnpm install` and commit the lockfile';
  }
  if (/EACCES|EPERM/.test(output)) return `node_modules cannot be written to: check who owns ${root}`;
  const reason =
    output
      .split('\n')
      .filter((line) => /ERR|error/i.test(line))
      .at(-1) || output.trim().split('\n').at(-1);
  return `the packages could not be installed (${(reason || 'no reason given').trim()}): check the network and run this again`;
}

/** Runs the step and ends as it ends. Ctrl-C reaches the step by itself: it is the one to stop in order. */
function run(script, args) {
  const node = path.join(root, 'node_modules', '.bin', 'node');
  const child = spawn(node, [path.join(root, script), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    cwd: root,
  });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('error', (error) =>
    refuse(`the workspace's Node does not start (${error.message}): delete node_modules and run this again`),
  );
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  refuse(`Node.js ${oldestNode} or newer is needed and this is ${process.versions.node}: install a newer one`);
}
const [step = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(steps, step)) refuse(`say what to do: ${Object.keys(steps).join(', ')}`);
try {
  await installWorkspace();
} catch (error) {
  refuse(error.code === 'ENOSPC' ? 'the disk is full: free about 1 GB and run this again' : error.message);
}
run(steps[step], args);
