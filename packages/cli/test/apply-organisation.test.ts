import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  connectNats,
  createClient,
  createLogger,
  type Handlers,
  type NatsConnection,
  serve,
  services,
  timestamp,
  until,
} from '@tocsin/platform';
import { startTestEngines, type TestEngines } from '../../../deploy/local/src/engines/index.ts';
import { applyOrganisation } from '../src/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const example = path.join(root, 'deploy/examples/organisation.yaml');

let engines: TestEngines;
let nc: NatsConnection;
let yamlText: string;
let folder: string;
const running: { stop(): Promise<void> }[] = [];

/** Roster and ingestion as processes of their own: what a person who types `tocsin apply` talks to. */
beforeAll(async () => {
  engines = await startTestEngines({ nats: true, mongo: true, temporal: false });
  nc = await connectNats(engines.natsUrl, 'test');
  running.push(startService('roster'), startService('ingestion'), serveRoutes());
  yamlText = await readFile(example, 'utf8');
  folder = await mkdtemp(path.join(tmpdir(), 'tocsin-cli-'));
  await until(() => apply(yamlText, true), { timeoutMs: 60_000, everyMs: 250, what: 'the services to answer' });
}, 90_000);

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await nc?.close();
  await engines?.stop();
  if (folder) await rm(folder, { recursive: true });
});

function startService(name: string): { stop(): Promise<void> } {
  const child = spawn(process.execPath, [path.join(root, 'services', name, 'src/main.ts')], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NATS_URL: engines.natsUrl,
      MONGODB_URL: engines.mongoUrl,
      INGESTION_PORT: '0',
      ROSTER_MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'silent',
    },
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** The routes of `incidents`, whose whole process would need Temporal: kept, and told as changes by their ids. */
function serveRoutes(): { stop(): Promise<void> } {
  let present = new Map<string, string>();
  const unexpected = async () => {
    throw new Error('only routes are applied');
  };
  const { method } = services.incidents.desc;
  const others = Object.fromEntries(Object.keys(method).map((name) => [name, unexpected]));
  return serve(
    nc,
    services.incidents,
    {
      ...(others as unknown as Handlers<typeof services.incidents.desc>),
      applyRoutes: async ({ routes, dryRun }) => {
        const wanted = new Map(routes.map((route) => [route.id, JSON.stringify(route)]));
        const changes = [
          ...[...wanted.keys()].filter((id) => !present.has(id)).map((id) => `create route ${id}`),
          ...[...wanted].flatMap(([id, route]) =>
            present.has(id) && present.get(id) !== route ? [`update route ${id}`] : [],
          ),
          ...[...present.keys()].filter((id) => !wanted.has(id)).map((id) => `delete route ${id}`),
        ];
        if (!dryRun) present = wanted;
        return { changes };
      },
    },
    { log: createLogger('test', 'silent') },
  );
}

async function apply(text: string, dryRun = false): Promise<string[]> {
  return (await applyOrganisation({ nc, yamlText: text, fileName: 'organisation.yaml', dryRun })).changes;
}

async function tocsin(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [path.join(root, 'packages/cli/src/main.ts'), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', NATS_URL: engines.natsUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

test('the example is applied, and then there is nothing to change', async () => {
  const planned = await apply(yamlText, true);
  expect(planned).toEqual(
    expect.arrayContaining([
      'create organisation acme',
      'create person otter',
      'create team platform',
      'create schedule security-primary',
      'create policy security-response',
      'create route noise',
      'create integration drill',
    ]),
  );
  expect(await apply(yamlText)).toEqual(planned);
  expect(await apply(yamlText)).toEqual([]);
  expect(await tocsin('apply', '-f', example)).toMatchObject({ code: 0, output: 'nothing to change\n' });

  const begun = await createClient(nc, services.roster).begin({
    organisationId: 'acme',
    policyId: '',
    at: timestamp(Date.parse('2026-01-06T12:00Z')),
  });
  expect(begun.layers[0]!.people.map(({ personId }) => personId)).toEqual(['otter']);
  expect(begun.layers[0]!.people[0]!.high).toMatchObject([
    { contactMethodId: 'otter-text', delayMs: 0 },
    { contactMethodId: 'otter-browser', delayMs: 0 },
    { contactMethodId: 'otter-chat', delayMs: 0 },
    { contactMethodId: 'otter-call', repeats: 2, repeatEveryMs: 40_000 },
  ]);
});

test('a file that one service refuses changes nothing in any of them', async () => {
  const refused = yamlText
    .replace('name: Acme Payments', 'name: Other')
    .replace('source: generic', 'source: unheard-of');
  await expect(apply(refused)).rejects.toMatchObject({ name: 'InvalidInput', field: 'integrations[0].source' });
  expect(await apply(yamlText)).toEqual([]);
});

test('what is deleted is asked about first, and nobody to ask means no', async () => {
  const file = path.join(folder, 'less.yaml');
  const less = yamlText.replace(/ {2}- id: platform-response[\s\S]*?catch_all_every: 10m\n/, '');
  await writeFile(file, less.replace('policy: platform-response', 'policy: security-response'));
  const refused = await tocsin('apply', '-f', file);
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('delete policy platform-response') });
  expect(await apply(yamlText)).toEqual([]);
  const dry = await tocsin('apply', '-f', file, '--dry-run');
  expect(dry).toMatchObject({ code: 0, output: expect.stringContaining('this was a dry run') });
  expect(await apply(yamlText)).toEqual([]);
  expect(await tocsin('apply', '-f', file, '--yes')).toMatchObject({
    code: 0,
    output: expect.stringContaining('2 changes made'),
  });
  expect(await apply(yamlText)).toEqual(['create policy platform-response', 'update route everything-else']);
}, 60_000);

test('a wrong file is told with its lines, and a wrong call with how to call', async () => {
  const file = path.join(folder, 'wrong.yaml');
  await writeFile(file, yamlText.replace("'+12125550111'", "'555'"));
  const wrong = await tocsin('apply', '-f', file, '--nats', 'nats://127.0.0.1:1');
  expect(wrong.code).toBe(1);
  expect(wrong.output).toMatch(
    /wrong\.yaml:19:\d+ people\[0\]\.contact_methods\[0\]\.address: must be a number in E\.164/,
  );
  expect(await tocsin('apply', '-f', path.join(folder, 'none.yaml'))).toMatchObject({ code: 1 });
  expect(await tocsin('apply')).toMatchObject({ code: 2, output: expect.stringContaining('usage: tocsin apply') });
  expect(await tocsin('apply', '--force')).toMatchObject({ code: 2, output: expect.stringContaining('usage') });
}, 60_000);
