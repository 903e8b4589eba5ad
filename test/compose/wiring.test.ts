import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, startTestEngines, type TestEngines } from '@tocsin/local/engines';
import { connectMongo, until } from '@tocsin/platform';
import { createSimulatedPhones } from '../../deploy/docker/src/roles/simulated-phones.ts';
import { services as roles } from '../../deploy/docker/src/roles.ts';
import { KEY, organisationYaml } from '../harness/organisation.ts';
import { byDefault, type ComposeFile, readCompose } from './compose-file.ts';

/*
 * The file's roles with the file's variables, as plain processes: what Compose would give by name is given by port. What only an
 * engine for containers does (images, volumes, health, order) is not shown here.
 */

const main = fileURLToPath(new URL('../../deploy/docker/src/main.ts', import.meta.url));
const namespace = `compose-${randomBytes(4).toString('hex')}`;
let compose: ComposeFile;
let engines: TestEngines;
let folder: string;
const ports = new Map<string, { own: number; ops: number }>();
const running: ChildProcess[] = [];

beforeAll(async () => {
  compose = await readCompose();
  engines = await startTestEngines();
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-compose-'));
  for (const name of [...Object.keys(roles), 'simulator'])
    ports.set(name, { own: await freePort(), ops: await freePort() });
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await engines?.stop();
  if (folder) await rm(folder, { recursive: true });
});

/** What a container of this role would be told, with addresses of this machine. */
function environmentOf(role: string): Record<string, string> {
  const own = ports.get(role);
  const here = (text: string) =>
    byDefault(text)
      .replace('mongodb://mongo:27017/tocsin?replicaSet=tocsin', engines.mongoUrl)
      .replace('mongo:27017', new URL(engines.mongoUrl).host)
      .replace('nats://nats:4222', engines.natsUrl)
      .replace('temporal:7233', engines.temporalAddress)
      .replace(/^tocsin$/, namespace)
      .replace('/secrets', folder)
      .replace('/organisation.yaml', path.join(folder, 'organisation.yaml'))
      .replace('0.0.0.0', '127.0.0.1')
      .replace(/^http:\/\/([a-z-]+):8080/, (all, name) => (ports.has(name) ? urlOf(name) : all))
      .replace(/^8080$/, String(own?.own))
      .replace(/^9464$/, String(own?.ops));
  const said = Object.entries(compose.services[role]!.environment ?? {});
  return Object.fromEntries(said.map(([name, text]) => [name, here(text)]));
}

function urlOf(role: string): string {
  return `http://127.0.0.1:${ports.get(role)?.own}`;
}

function start(role: string): ChildProcess {
  const { command } = compose.services[role]!;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...command], {
    env: { PATH: process.env.PATH, ...environmentOf(role) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  return child;
}

/** Runs a role to its end; resolves with what it said. */
async function run(role: string): Promise<string> {
  const child = start(role);
  let said = '';
  child.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${role} failed: ${said}`);
  return said;
}

/** As Compose looks at it. */
async function isHealthy(role: string): Promise<boolean> {
  const [, , flag, script] = compose.services[role]!.healthcheck!.test;
  const asked = script!.replace('9464', String(ports.get(role)!.ops));
  const child = spawn(process.execPath, [flag!, asked], { stdio: 'ignore' });
  await once(child, 'close');
  return child.exitCode === 0;
}

test('secrets are made once, and everything starts with them, is healthy, pages, takes the answer, and stops', async () => {
  expect(await run('make-secrets')).toContain('secrets are made');
  const secrets = async () =>
    Promise.all((await readdir(folder)).sort().map((name) => readFile(path.join(folder, name), 'utf8')));
  const made = await secrets();
  expect(made).toHaveLength(6);
  expect(await run('make-secrets')).toContain('secrets are there');
  expect(await secrets()).toEqual(made);
  for (const role of ['initiate-mongo', 'provision-streams', 'provision-temporal']) await run(role);

  const services = [...Object.keys(roles), 'simulator'];
  const children = services.map(start);
  for (const child of children) child.stdout!.resume();
  const wait = { timeoutMs: 180_000, everyMs: 1_000 };
  for (const role of Object.keys(roles)) await until(() => isHealthy(role), { ...wait, what: `${role} to be healthy` });

  await writeFile(path.join(folder, 'organisation.yaml'), organisationYaml());
  await run('organisation');
  const alert = { action: 'trigger', dedup_key: 'db-17', severity: 'critical', title: 'db-17 unreachable' };
  const response = await fetch(`${urlOf('ingestion')}/v1/in/${KEY}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alert),
  });
  expect(response.status).toBe(202);
  const phones = createSimulatedPhones(urlOf('simulator'));
  const page = await until(() => phones.pageOf('INC-1'), { timeoutMs: 60_000, what: 'the page' });
  await phones.accept(page);
  const { client, db } = await connectMongo(engines.mongoUrl);
  try {
    const isTaken = async () => (await db.collection('incidents').findOne({}))?.status === 'acknowledged';
    await until(isTaken, { timeoutMs: 60_000, what: 'the answer to be decided' });
  } finally {
    await client.close();
  }

  const ended = children.map((child) => once(child, 'exit'));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(ended);
  expect(children.map((child) => child.exitCode)).toEqual(children.map(() => 0));
}, 600_000);

test('a secret whose file is not there is named, and nothing starts', async () => {
  const child = spawn(process.execPath, [main, 'roster'], {
    env: { PATH: process.env.PATH, ROSTER_MASTER_KEY_FILE: '/nowhere/roster.key' },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  expect(child.exitCode).toBe(1);
  expect(said).toContain('ROSTER_MASTER_KEY_FILE: /nowhere/roster.key cannot be read (ENOENT)');
});
